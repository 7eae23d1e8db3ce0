-- Threads that are stuck when the main script has ended: the report, and exit status 70.
spawn_thread{ function() plait.Event():wait() end, name = "forgotten" }
print("main ends")
--> main ends
--! status: 70
--! stderr: deadlock: nothing can run any more
--! stderr: 'forgotten' waits (event) at at_the_end.lua:2 for Event
--! stderr: started at at_the_end.lua:2
