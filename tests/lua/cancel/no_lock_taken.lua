-- A cancelled acquire has not happened: the lock is free for others.
local lock = plait.Lock()
lock:acquire()
local task = async(function() lock:acquire() end)
plait.yield()
task:cancel()
print(plait.kind(select(2, pcall(await, task)))) --> cancelled
lock:release()
print(lock:locked()) --> false
print(await(async(function() local got = lock:try() lock:release() return got ~= nil and got ~= false end))) --> true
