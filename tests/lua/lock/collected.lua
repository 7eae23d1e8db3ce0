-- A lock that its owner has forgotten is still held, until it is released or its owner ends.
local back, go = plait.Channel(), plait.Channel()
local holder = async(function()
    local lock = plait.Lock()
    lock:acquire()
    spawn_thread(function()
        back:send(lock:acquire(0) == nil)
        go:recv()
        back:send(lock:acquire(0) == nil)
        back:send(lock)
        go:recv()
        lock:acquire()
        lock:release()
        back:send(pcall(lock.acquire, lock) and "free" or "taken")
        lock:release()
        go:recv()
        back:send(plait.kind(select(2, pcall(lock.acquire, lock))))
    end)
    lock = nil
    print(back:recv()) --> true
    collectgarbage()
    collectgarbage()
    go:send(1)
    print(back:recv()) --> true
    lock = back:recv()
    lock:release()
    go:send(1)
    print(back:recv()) --> free
    lock:acquire()
    lock = nil
    collectgarbage()
    collectgarbage()
end)
await(holder)
go:send(1)
print(back:recv()) --> abandoned
