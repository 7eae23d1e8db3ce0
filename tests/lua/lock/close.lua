-- acquire returns the lock, whose <close> releases it, also when an error leaves the block.
local lock = plait.Lock()
do
    local guard <close> = lock:acquire()
    print(guard == lock, lock:locked(), lock:try()) --> true	true	nil
end
print(lock:locked()) --> false
print(pcall(function()
    local _ <close> = lock:acquire()
    error("inside", 0)
end)) --> false	inside
print(lock:locked(), lock:try() == lock) --> false	true
lock:release()
