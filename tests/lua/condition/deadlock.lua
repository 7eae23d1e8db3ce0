-- A wait that nobody can notify is a deadlock: the report names the condition, and the lock is held when it is raised.
local cond = plait.Condition()
async{ function() cond:with(function() cond:wait() end) end, name = "waiter" }
plait.yield()
cond:acquire()
local ok, err = pcall(cond.wait, cond)
print(ok, plait.kind(err), cond:locked()) --> false	deadlock	true
print((err.message:gsub("Condition %d+", "Condition N")))
--> deadlock: nothing can run any more
-->   the main script waits (condition) at deadlock.lua:6 for Condition N
-->   task 1 'waiter' waits (condition) at deadlock.lua:3 for Condition N
-->     started at deadlock.lua:3
cond:notify_all()
cond:release()
