-- A condition has its lock's methods, and closes it; acquire returns the condition.
local lock = plait.Lock()
local cond = plait.Condition(lock)
do
    local held <close> = cond:acquire()
    print(held == cond, lock:locked(), cond:locked(), cond:try()) --> true	true	true	nil
end
print(lock:locked(), cond:try() == cond, lock:locked()) --> false	true	true
print(plait.kind(select(2, pcall(cond.acquire, cond)))) --> deadlock
cond:release()
print(cond:with(function(...) return lock:locked(), ... end, 1, nil, 3)) --> true	1	nil	3
print(lock:locked(), pcall(cond.with, cond, error, "inside", 0)) --> false	false	inside
print(lock:locked()) --> false
lock:acquire()
print(await(async(function() return cond:acquire(0.001) end))) --> nil	timeout
print(cond:wait(0)) --> nil	timeout
lock:release()
await(async(function() cond:acquire() end))
print(plait.kind(select(2, pcall(cond.acquire, cond)))) --> abandoned
print(cond:recover() == cond, cond:locked()) --> true	false

-- Several conditions of one lock.
local empty, full = plait.Condition(lock), plait.Condition(lock)
local woken = {}
local tasks = {}
for name, c in pairs{empty = empty, full = full} do
    tasks[#tasks + 1] = async(function()
        local _ <close> = lock:acquire()
        c:wait()
        woken[#woken + 1] = name
    end)
end
plait.yield()
for _, c in ipairs{full, empty} do
    lock:with(function() c:notify() end)
    sleep(0.005)
end
gather(tasks)
print(table.concat(woken, " ")) --> full empty
