-- The report of a deadlock names what each strand waits for, where, who has it, and where that one acquired it.
local first, second, ch = plait.Lock(), plait.Lock(), plait.Channel()
local function take(a, b)
    a:acquire()
    plait.yield()
    b:acquire()
    plait.Future():await()
end
async{ take, first, second, name = "left" }
async{ function() first:acquire() end, name = "right" }
async{ function() ch:recv() end, name = "reader" }
plait.yield()
plait.yield()
first:acquire()
--! status: 70
--! stderr: deadlock: nothing can run any more
--! stderr: the main script waits (lock) at deadlock_report.lua:14 for Lock
--! stderr: , held by task 1 'left', acquired at deadlock_report.lua:4
--! stderr: task 1 'left' waits (await) at deadlock_report.lua:7 for Future
--! stderr: started at deadlock_report.lua:9
--! stderr: task 3 'reader' waits (recv) at deadlock_report.lua:11 for Channel
