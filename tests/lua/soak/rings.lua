-- Objects that refer to themselves leave nothing, or as much as is looked through
-- when their number has doubled.
local soak = require "soak"
local long = ("long "):rep(20)
soak.run("Channel in itself", function(i)
    local ch = plait.Channel(2)
    ch:send(i % 2 == 0 and ch or { ch })
    return ch
end, function(ch) ch:send({ ch, long }) end, nil, 20000) -- rings wait until their number has doubled
soak.run("Table in itself", function(i)
    local t = plait.Table{ long }
    t.inner = { up = t }
    return t
end, function(t) t.me = t end, nil, 20000)
print("done") --> done
