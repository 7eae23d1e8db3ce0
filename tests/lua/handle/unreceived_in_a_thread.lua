-- An error of a task inside of a thread that nobody received is printed too.
await(spawn_thread(function() async(function() error("inner") end) end))
print("main ends")
--> main ends
--! status: 1
--! stderr: inner
--! stderr: started at unreceived_in_a_thread.lua:2
