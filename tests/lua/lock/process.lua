-- In another process a lock has the same results.
local lock = plait.Lock()
lock:acquire()
print(await(spawn_process(function()
    local _, err = pcall(lock.release, lock)
    return lock:locked(), lock:try(), plait.kind(err), lock:acquire(0.01)
end))) --> true	nil	usage	nil	timeout
lock:release()
print(await(spawn_process(function()
    local results = {lock:with(function(...) return lock:locked(), ... end, 1)}
    lock:acquire()
    local _, err = pcall(lock.acquire, lock)
    lock:release()
    return results[1], results[2], lock:locked(), plait.kind(err)
end))) --> true	1	false	deadlock
print(lock:locked()) --> false

-- A killed owner.
local ready = plait.Channel(1)
local owner = spawn_process(function() lock:acquire() ready:send(1) sleep(60) end)
ready:recv()
owner:kill()
print(plait.kind(select(2, pcall(lock.acquire, lock, 10)))) --> abandoned
print(plait.kind(select(2, pcall(await, owner)))) --> died
