-- If the lock was abandoned while a strand waited, that one gets an error of kind "abandoned".
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local cond = plait.Condition()
    local ready = plait.Channel(1)
    local waiting = start(function()
        cond:acquire()
        ready:send(1)
        return plait.kind(select(2, pcall(cond.wait, cond, 30)))
    end)
    ready:recv()
    await(start(function() cond:acquire() cond:notify() end))
    print(await(waiting), plait.kind(select(2, pcall(cond.acquire, cond))))
    print(cond:recover():locked(), cond:with(function() return cond:wait(0.001) end))
end
--> abandoned	abandoned
--> false	nil	timeout
--> abandoned	abandoned
--> false	nil	timeout
--> abandoned	abandoned
--> false	nil	timeout
