-- A Lock has no owner: who has it and acquires it again waits, and any strand may release it.
local threading = require "plait.threading"
local lock = threading.Lock()

print(lock:acquire() and "taken", lock:acquire(true, 0.01), lock:acquire(false)) --> taken	false	false
threading.Thread{ target = function() lock:release() end }:start()
print(lock:acquire() and "taken again") --> taken again
await(spawn_process(function() lock:release() end))
print(lock:locked(), lock:acquire(true, -1) and "third", lock:release()) --> false	third

local function refused(...)
    local ok, err = pcall(...)
    print(plait.kind(err), (tostring(err):gsub("^[%w_]+%.lua:%d+: ", "")))
end
refused(lock.release, lock) --> usage	release: the lock is not locked
refused(lock.acquire, lock, true, -2) --> usage	the time-out is -2 (a number), not a number of seconds
refused(lock.acquire, lock, true, "1") --> usage	the time-out is "1" (a string), not a number of seconds
refused(lock.acquire, lock, 1) --> usage	acquire: the time-out is the second argument: acquire(true, 1)
