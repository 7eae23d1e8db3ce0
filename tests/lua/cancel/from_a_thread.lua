-- A task is cancelled from a thread, and a thread from another thread.
local task = async(sleep, 3600)
local ready = plait.Channel()
local thread = spawn_thread(function() ready:send(true) sleep(3600) end)
ready:recv()
await(spawn_thread(function() task:cancel("from afar") thread:cancel("too") end))
print(pcall(await, task)) --> false	cancelled: from afar
print(pcall(await, thread)) --> false	cancelled: too
