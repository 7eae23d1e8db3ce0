-- Locks and conditions that are sent and dropped leave nothing.
local soak = require "soak"
local function hold(lock)
    lock:acquire()
    lock:release()
end
soak.run("Lock", plait.Lock, hold)
soak.run("RLock", plait.RLock, function(lock) lock:with(lock.with, lock, lock.locked, lock) end)
soak.run("Condition", function(i) return plait.Condition(i % 2 == 0 and plait.Lock() or nil) end, function(cond)
    local _ <close> = cond:acquire()
    if math.random(10) == 1 then cond:wait(0) end -- takes a millisecond
    cond:notify_all()
end)
print("done") --> done
