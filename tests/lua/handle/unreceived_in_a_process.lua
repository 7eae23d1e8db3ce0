-- An error of a task inside of a process that nobody received is printed; the status is 1.
await(spawn_process(function() async(function() error("inner") end) end))
print("main ends")
--> main ends
--! status: 1
--! stderr: inner
--! stderr: started at unreceived_in_a_process.lua:2
