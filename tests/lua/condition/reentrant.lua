-- A re-entrant lock is given back completely, and is held as often as before afterwards.
local lock = plait.RLock()
local cond = plait.Condition(lock)
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local ready = plait.Channel(1)
    local waiting = start(function()
        lock:acquire():acquire():acquire()
        ready:send(1)
        local ok = cond:wait(30)
        for _ = 1, 2 do lock:release() end
        local held = lock:locked()
        lock:release()
        return ok, held, plait.kind(select(2, pcall(lock.release, lock)))
    end)
    ready:recv()
    cond:with(function() cond:with(function() cond:notify() end) end)
    print(await(waiting))
    -- After a time-out too.
    print(await(start(function()
        lock:acquire():acquire()
        local ok, why = cond:wait(0.005)
        lock:release()
        local held = lock:locked()
        lock:release()
        return why, held, lock:locked()
    end)))
end
--> true	true	usage
--> timeout	true	false
--> true	true	usage
--> timeout	true	false
--> true	true	usage
--> timeout	true	false
