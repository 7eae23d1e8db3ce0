-- A wait that timed out or was cancelled takes no permit.
local sem = plait.Semaphore(1)
sem:acquire()
local waiting = async(function() return sem:acquire(0.01) end)
local cancelled = async(function() sem:acquire() print("never") end)
plait.yield()
cancelled:cancel()
print(await(waiting)) --> nil	timeout
print(pcall(await, cancelled)) --> false	cancelled
sem:release()
print(sem:free(), sem:acquire(0) == sem, sem:acquire(0)) --> 1	true	nil	timeout
print(pcall(sem.acquire, sem, -1)) --> false	bad argument #2 to '?' (time-out is negative)
