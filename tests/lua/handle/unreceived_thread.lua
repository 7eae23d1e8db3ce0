-- An error of a thread that nobody received is printed at the end; the status is 1.
local function fail() error("nobody sees me") end
spawn_thread{ fail, name = "worker 5" }
print("main ends")
--> main ends
--! status: 1
--! stderr: unreceived_thread.lua:2: nobody sees me
--! stderr: started at unreceived_thread.lua:3
--! stderr: stack traceback:
--! stderr: worker 5
