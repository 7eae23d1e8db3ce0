-- The owner is the strand: nobody else may release, and it may not acquire again.
local lock = plait.Lock()
print(select(2, pcall(function() lock:release() end))) --> owner.lua:3: release: the lock is not held
lock:acquire()
local ok, err = pcall(lock.acquire, lock)
print(ok, plait.kind(err), err.message) --> false	deadlock	owner.lua:5: lock is held by this very strand, acquired at owner.lua:4
await(async(function()
    local good, other = pcall(lock.release, lock)
    print(good, plait.kind(other), other.message:match("release.*"))
end)) --> false	usage	release: the lock is held by the main strand, acquired at owner.lua:4, not by this strand
lock:release()
local task = async(function() lock:acquire() sleep(0.05) lock:release() end)
plait.yield()
print(select(2, pcall(lock.release, lock)).message:match("release.*") == "release: the lock is held by task " .. task.id .. ", acquired at owner.lua:12, not by this strand") --> true
await(task)

local again = plait.RLock()
again:acquire():acquire()
again:release()
print(again:locked()) --> true
again:release()
print(again:locked()) --> false
