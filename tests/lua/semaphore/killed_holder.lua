-- What a process that dies has taken comes back; what one that ends in order has taken does not.
local sem, ready = plait.Semaphore(3, {bounded = true}), plait.Channel()
local function hold(n)
    for _ = 1, n do sem:acquire() end
    sem:release()
    ready:send(true)
    sleep(60)
end
local child = spawn_process(hold, 3)
ready:recv()
print(sem:free()) --> 1
child:kill()
print(plait.kind(select(2, pcall(await, child))), sem:free()) --> died	3

-- By os.exit, which is no end in order either.
print(plait.kind(select(2, pcall(await, spawn_process(function() sem:acquire() os.exit(0) end)))), sem:free()) --> died	3

-- One that has dropped the semaphore.
child = spawn_process(function(s)
    s:acquire()
    s = nil
    collectgarbage()
    collectgarbage()
    ready:send(true)
    sleep(60)
end, sem)
ready:recv()
child:kill()
print(plait.kind(select(2, pcall(await, child))), sem:free()) --> died	3

await(spawn_process(function() sem:acquire() end))
print(sem:free()) --> 2
await(spawn_thread(function() sem:acquire() end))
await(async(function() sem:acquire() end))
print(sem:free()) --> 0

-- Who waits gets what comes back.
sem:release()
child = spawn_process(function() sem:acquire() ready:send(true) sleep(60) end)
ready:recv()
local waiting = async(function() return sem:acquire(30) == sem end)
plait.yield()
child:kill()
print(await(waiting), plait.kind(select(2, pcall(await, child)))) --> true	died
