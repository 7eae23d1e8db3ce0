-- A task known to a thread whose result cannot travel never ended there.
local ch = plait.Channel(1)
local thread = spawn_thread(function()
    local ok, err = pcall(ch:recv().await, ch:recv())
    return ok, plait.kind(err)
end)
local task = async(function() return coroutine.create(print) end)
ch:send(task)
ch:send(task)
print(await(thread)) --> false	send
