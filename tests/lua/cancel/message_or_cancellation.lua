-- When a message and a cancellation come together, the message is not lost.
for _ = 1, 50 do
    local ch = plait.Channel(1)
    local got
    local task = async(function() got = ch:recv() end)
    plait.yield()
    ch:send("message")
    task:cancel()
    pcall(await, task)
    assert((got or ch:try_recv()) == "message")
    got = nil
    task = async(function() got = ch:recv() end)
    plait.yield()
    task:cancel()
    ch:send("message")
    pcall(await, task)
    assert(got == nil and ch:try_recv() == "message")
end
