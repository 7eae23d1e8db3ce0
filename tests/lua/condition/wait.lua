-- wait gives the lock back, returns true when it was notified, and has the lock again then.
local cond = plait.Condition()
local log = {}
local waiting = async(function()
    cond:acquire()
    log[#log + 1] = "waits"
    local ok, why = cond:wait()
    log[#log + 1] = ("woken %s %s %s"):format(ok, why, cond:locked())
    cond:release()
end)
plait.yield()
cond:acquire()
print(cond:locked(), table.concat(log, ", ")) --> true	waits
cond:notify()
plait.yield()
print(table.concat(log, ", ")) --> waits
cond:release()
await(waiting)
print(table.concat(log, ", "), cond:locked()) --> waits, woken true nil true	false

-- Nobody is there to hear it: it does not count for who comes later.
cond:with(function() cond:notify() cond:notify_all() print(cond:wait(0.01)) end) --> nil	timeout
