-- A lock that the caller has is no other strand's to f: to acquire it again is a deadlock, as without plait.timeout.
local lock = plait.Lock()
lock:acquire()
print(pcall(plait.timeout, 10, lock.acquire, lock))
lock:release()
--> false	lock is held by this very strand, acquired at lock_of_the_caller.lua:3
