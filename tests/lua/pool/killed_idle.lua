-- Workers that are killed while they wait are replaced; nothing fails.
local pool <close> = plait.Pool{ processes = 2 }
local function pids()
    local barrier = plait.Channel()
    local a, b = pool:submit(function() barrier:send(true) return plait.pid() end), pool:submit(function() barrier:recv() return plait.pid() end)
    return await(a), await(b)
end
for _ = 1, 3 do
    local a, b = pids()
    os.execute(("kill -9 %d %d"):format(a, b))
    local c, d = pids()
    print(a ~= b and c ~= d and a ~= c and a ~= d and b ~= c and b ~= d)
end
print(plait.repr(pool:map(math.abs, { -1, -2, -3 })))
--> true
--> true
--> true
--> [1, 2, 3]
