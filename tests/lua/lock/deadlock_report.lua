-- The report of a deadlock names what each strand waits for, where, who has it, and where that one acquired it.
local first, second, ch = plait.Lock(), plait.Lock(), plait.Channel()
local function take(a, b)
    a:acquire()
    plait.yield()
    b:acquire()
end
async{ take, first, second, name = "left" }
async{ take, second, first, name = "right" }
async{ function() ch:recv() end, name = "reader" }
plait.yield()
plait.yield()
first:acquire()
--! status: 70
--! stderr: deadlock: nothing can run any more
--! stderr: the main script waits (lock) at deadlock_report.lua:13 for Lock
--! stderr: task 1 'left' waits (lock) at deadlock_report.lua:6 for Lock
--! stderr: , held by task 1 'left', acquired at deadlock_report.lua:4
--! stderr: started at deadlock_report.lua:8
--! stderr: task 2 'right' waits (lock) at deadlock_report.lua:6 for Lock
--! stderr: , held by task 2 'right', acquired at deadlock_report.lua:4
--! stderr: started at deadlock_report.lua:9
--! stderr: task 3 'reader' waits (recv) at deadlock_report.lua:10 for Channel
