-- threading.Lock: acquire(blocking, timeout), release, locked, with, and <close>.
local threading = require "plait.threading"

local lock = threading.Lock()
print(lock:locked()) --> false

do
    local _ <close> = lock:acquire()
    print(lock:locked()) --> true
end
print(lock:locked()) --> false

print(lock:with(function(a, b) return lock:locked() and a + b end, 1, 2)) --> 3
print(pcall(lock.with, lock, error, "no") or lock:locked()) --> false

print(lock:acquire(false) and "taken") --> taken
await(async(function()
    print(lock:acquire(false)) --> false
    print(lock:acquire(true, 0.02)) --> false
    print(lock:acquire(true, 0)) --> false
end))
lock:release()

local task = async(function()
    lock:acquire(true, -1)
    print("task has it") --> task has it
    lock:release()
end)
await(task)
print(lock:locked()) --> false
