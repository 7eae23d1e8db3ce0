-- Semaphores, events, barriers that are sent and dropped leave nothing.
local soak = require "soak"
local function hold(lock)
    lock:acquire()
    lock:release()
end
soak.run("Semaphore", function() return plait.Semaphore(1) end, hold)
soak.run("Event", plait.Event, function(event) event:set() event:wait() end)
soak.run("Barrier", function() return plait.Barrier(1) end, function(barrier) barrier:wait() end)
print("done") --> done
