-- What a process does after a send is seen after it, whatever it is: another send, a lock, a value, a result, the end.
local a, b = plait.Channel(64), plait.Channel(64)
local value, lock, count = plait.Value(0), plait.Lock(), 0
local child = spawn_process(function()
    for i = 1, 2000 do
        a:send(i)
        if i % 3 == 0 then b:send(i) end
        if i % 10 == 0 then value.value = i end
        if i % 25 == 0 then lock:with(function() a:send("locked") end) end
    end
    a:send("last")
    return "result"
end)
local seen = 0
async{ function()
    for i in b do
        -- All that was sent before is there, or was received already.
        while seen < i do
            local v = a:try_recv()
            assert(v, "sent before, and not there")
            if v ~= "locked" then seen = v end
        end
        count = count + 1
    end
end, daemon = true }
while true do
    local known = value.value
    while seen < known do
        local v = a:try_recv()
        assert(v, "sent before, and not there")
        if v ~= "locked" then seen = v end
    end
    if known == 2000 then break end
    plait.yield()
end
local result = await(child)
while count < 666 do plait.yield() end
local rest = {}
for _ = 1, #a do rest[#rest + 1] = a:recv() end
print(result, rest[#rest], count) --> result	last	666

-- Memory that both see is no way around it.
local flags, ch = plait.Array("i64", 1), plait.Channel(100)
local writer = spawn_process(function()
    for i = 1, 60 do
        ch:send(i)
        flags[1] = i
    end
end)
for i = 1, 60 do
    while flags[1] < i do end
    assert(#ch >= 1)
    assert(ch:try_recv() == i)
end
await(writer)
print(#ch) --> 0
