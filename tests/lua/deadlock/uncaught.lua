-- The report ends the program if nobody catches it. What waits in tasks of threads is in it.
local function crowd(ch)
    local first = async{ function() ch:recv() end, name = "first" }
    async{ function() await(first) end, name = "second" }
    plait.Semaphore(0):acquire()
end
local ch = plait.Channel()
gather(spawn_thread{ crowd, ch, name = "crowd" }, spawn_thread{ function() sleep(0.02) ch:recv() end, name = "late" })
--! status: 70
--! stderr: deadlock: nothing can run any more
--! stderr: the main script waits (await) at uncaught.lua:8 for thread
--! stderr: 'crowd' waits (semaphore) at uncaught.lua:5 for Semaphore
--! stderr: task 1 'first' of thread
--! stderr: waits (recv) at uncaught.lua:3 for Channel
--! stderr: task 2 'second' of thread
--! stderr: waits (await) at uncaught.lua:4 for task 1 'first'
--! stderr: 'late' waits (recv) at uncaught.lua:8 for Channel
--! stderr: uncaught.lua:8: in main chunk
