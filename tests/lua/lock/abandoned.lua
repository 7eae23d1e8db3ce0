-- A strand that ends with a lock leaves it abandoned: an error for all who want it, until recover.
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local lock = plait.Lock()
    local ready = plait.Channel(1)
    local owner = start(function() lock:acquire() ready:send(true) ready:close() end)
    ready:recv()
    local ok, err = pcall(lock.acquire, lock, 5)
    print(ok, plait.kind(err))
    await(owner)
    print(plait.kind(select(2, pcall(lock.try, lock))))
    print(lock:recover():acquire() == lock)
    lock:release()
end
--> false	abandoned
--> abandoned
--> true
--> false	abandoned
--> abandoned
--> true
--> false	abandoned
--> abandoned
--> true
