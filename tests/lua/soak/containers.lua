-- Channels and what is in them, Values, futures, arrays leave nothing.
local soak = require "soak"
local long = ("long "):rep(20)
soak.run("Value", function(i) return plait.Value(i % 2 == 0 and i or long) end,
    function(value) value.value = long end)
soak.run("Channel", function(i)
    local ch = plait.Channel(4)
    ch:send(i)
    ch:send({ long, ch = plait.Channel() })
    return ch
end, function(ch)
    ch:recv()
    ch:send(long)
end)
soak.run("Future", function(i)
    local future = plait.Future()
    if i % 2 == 0 then future:resolve(long, i) end
    return future
end, function(future)
    future:resolve({ long })
    await(future)
end)
soak.run("Array", function(i) return plait.Array("i64", i) end,
    function(array) array:add(1, 1) end, 4000)
soak.run("Table", function(i)
    local t = plait.Table{ i, long, inner = { i, { long } } }
    t.lock = plait.Lock()
    return t
end, function(t)
    t.inner.new = { long }
    t[1] = nil
end)
print("done") --> done
