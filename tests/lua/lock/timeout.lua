-- A wait that timed out or was cancelled takes no lock.
local lock = plait.Lock()
lock:acquire()
local waiting = async(function() return lock:acquire(0.01) end)
local cancelled = async(function() lock:acquire() print("never") end)
plait.yield()
cancelled:cancel()
print(await(waiting)) --> nil	timeout
print(pcall(await, cancelled)) --> false	cancelled
lock:release()
print(lock:locked()) --> false
print(lock:acquire(0) == lock) --> true
lock:release()
print(pcall(lock.acquire, lock, -1)) --> false	bad argument #2 to '?' (time-out is negative)
