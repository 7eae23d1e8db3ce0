-- From another process: a wait that timed out or was cancelled takes no permit, a cancelled holder gives its back.
local sem, done = plait.Semaphore(1), plait.Channel()
sem:acquire()
local child = spawn_process(function()
    print(sem:acquire(0.01)) --> nil	timeout
    local waiting = async(function() sem:acquire() print("never") end)
    plait.yield()
    waiting:cancel()
    print(pcall(await, waiting)) --> false	cancelled
    done:send(true)
    local _ <close> = sem:acquire()
    done:send(true)
    sleep(60)
end)
done:recv()
sem:release()
done:recv()
print(sem:free()) --> 0
child:cancel()
print(pcall(await, child)) --> false	cancelled
print(sem:free()) --> 1
