-- A strand cannot wait for its own end.
local task
task = async(function() return pcall(plait.select, { plait.Channel(), task }) end)
print(select(2, await(task)).kind) --> deadlock
local box = plait.Channel()
local thread = spawn_thread(function() return select(2, pcall(plait.select, { box:recv() })).kind end)
box:send(thread)
print(await(thread)) --> deadlock
