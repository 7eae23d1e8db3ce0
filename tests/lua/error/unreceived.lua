-- Errors that nobody received are printed at the end, with name, place and traceback; the status is 1.
--! status: 1
--! stderr: unreceived.lua:11: of the task
--! stderr: 'a task', started at unreceived.lua:11
--! stderr: unreceived.lua:12: of the thread
--! stderr: 'a thread', started at unreceived.lua:12
--! stderr: unreceived.lua:13: of the process
--! stderr: 'a process', started at unreceived.lua:13
--! stderr: unreceived.lua:13: in function <unreceived.lua:13>
-- (the numbers are lines of this file)
async{ function() error("of the task") end, name = "a task" }
spawn_thread{ function() error("of the thread") end, name = "a thread" }
spawn_process{ function() error("of the process") end, name = "a process" }
print("the script goes on") --> the script goes on
