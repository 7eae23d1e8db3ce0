-- For locks f is the strand that called plait.timeout: what f acquires that one has, and f may release what it has;
-- in threads and processes, and for locks that live elsewhere.
local function use(lock, rlock, cond)
    local seen = {}
    local function note(...) for _, v in ipairs{ ... } do seen[#seen + 1] = tostring(v) end end
    note(select("#", plait.timeout(10, lock.acquire, lock)))
    local other = async(function() return lock:acquire(0.001) end)
    note(select(2, await(other)))
    note(plait.timeout(10, function() lock:release() return lock:locked() end))
    rlock:acquire()
    note(plait.timeout(10, rlock.with, rlock, function() return "again" end))
    rlock:release()
    cond:acquire()
    note(plait.timeout(0.001, cond.wait, cond))
    async(function() cond:with(function() cond:notify() end) end)
    note(plait.timeout(10, cond.wait, cond))
    cond:release()
    note(lock:locked(), rlock:locked(), cond:locked())
    return table.concat(seen, " ")
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    print(await(start(use, plait.Lock(), plait.RLock(), plait.Condition())))
end
--> 2 timeout true false true again true true false false false
--> 2 timeout true false true again true true false false false
--> 2 timeout true false true again true true false false false
