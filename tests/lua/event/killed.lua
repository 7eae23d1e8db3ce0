-- A process that is killed while it waits leaves nothing behind; one that has set it has set it.
local event, ready = plait.Event(), plait.Channel()
local child = spawn_process(function() ready:send(true) event:wait() end)
local other = spawn_process(function() return event:wait() end)
ready:recv()
child:kill()
print(plait.kind(select(2, pcall(await, child)))) --> died
child = spawn_process(function() event:set() ready:send(true) sleep(60) end)
ready:recv()
child:kill()
print(await(other), event:is_set()) --> true	true
print(plait.kind(select(2, pcall(await, child)))) --> died
