-- Sends of another process that wait for room can be cancelled, and time out; then they have not happened.
local ch, ready = plait.Channel(16), plait.Channel()
local child = spawn_process(function()
    local kept = 0
    for round = 1, 40 do
        local task = async(function()
            for i = 1, 1000 do
                ch:send(i)
                kept = kept + 1
            end
        end)
        while kept % 16 ~= 0 or kept == 0 do plait.yield() end
        ready:send(round)
        if round % 2 == 0 then
            task:cancel()
            assert(plait.kind(select(2, pcall(await, task))) == "cancelled")
        else
            local late, why = ch:send("late", 0.001)
            assert(late == nil and why == "timeout")
            task:cancel()
            pcall(await, task)
        end
        ready:send(kept)
        ready:send("received")
        kept = 0
    end
end)
for round = 1, 40 do
    assert(ready:recv() == round)
    local sent = ready:recv()
    local got = 0
    while true do
        local v = ch:try_recv()
        if not v then break end
        got = got + 1
        assert(v == got, v)
    end
    assert(got == sent, got .. " of " .. sent)
    assert(ready:recv() == "received")
end
await(child)
print "exact" --> exact

-- Many tasks of a process wait for the same room, oldest first.
local order = plait.Channel(4)
local many = spawn_process(function()
    local tasks = {}
    for t = 1, 20 do
        tasks[t] = async(function() for i = 1, 30 do order:send(t << 20 | i) end end)
    end
    gather(table.unpack(tasks))
end)
local last, total = {}, 0
while not many:done() or #order > 0 do
    local v = order:recv(0.05)
    if v then
        local t, i = v >> 20, v & ((1 << 20) - 1)
        assert(i == (last[t] or 0) + 1)
        last[t] = i
        total = total + 1
    end
end
print(total) --> 600
