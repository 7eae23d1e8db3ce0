-- Locks that are sent and dropped leave nothing.
local soak = require "soak"
local function hold(lock)
    lock:acquire()
    lock:release()
end
soak.run("Lock", plait.Lock, hold)
soak.run("RLock", plait.RLock, function(lock) lock:with(lock.with, lock, lock.locked, lock) end)
print("done") --> done
