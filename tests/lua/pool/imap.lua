-- imap gives the results of f in order, for `for` loops: of a list, of an iterator function, of a channel.
local function double(x) return x * 2 end
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local out = {}
    for v in pool:imap(double, { 1, 2, 3 }) do out[#out + 1] = v end
    local i = 0
    for v in pool:imap(double, function() i = i + 1 return i <= 40 and i or nil end) do out[#out + 1] = v end
    local ch = plait.Channel(3)
    for k = 7, 9 do ch:send(k) end
    ch:close()
    for v in pool:imap(double, ch) do out[#out + 1] = v end
    for v in pool:imap(double, coroutine.wrap(function() coroutine.yield(100) sleep(0.001) coroutine.yield(200) end)) do out[#out + 1] = v end
    for _ in pool:imap(double, {}) do out[#out + 1] = "never" end
    print(#out, table.concat(out, " ", 1, 5), table.concat(out, " ", 43))
end
--> 48	2 4 6 2 4	80 14 16 18 200 400
--> 48	2 4 6 2 4	80 14 16 18 200 400
