-- threading.RLock: its owner may acquire it again, and must release it as often.
local threading = require "plait.threading"
local lock = threading.RLock()
print(lock:acquire() and lock:acquire(false) and true) --> true
print(await(spawn_thread(function() return lock:acquire(false), lock:acquire(true, 0.005) end))) --> false	false
lock:release()
print(await(spawn_process(function() return lock:locked(), lock:acquire(false) end))) --> true	false
lock:release()
print(await(spawn_process(function() return lock:with(function() return lock:with(tostring, 7) end) end))) --> 7
print(lock:locked()) --> false
print(require("plait.multiprocessing").RLock == threading.RLock) --> true
