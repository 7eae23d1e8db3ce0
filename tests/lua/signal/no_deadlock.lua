-- A function for a signal may wake the program, so that a wait for it is no deadlock; but it does not keep it alive.
local come = plait.Event()
plait.signal("USR1", function() come:set() end)
spawn_process("sh", "-c", "kill -USR1 $PPID")
print(come:wait()) --> true
plait.signal("USR1", nil)
plait.signal("USR2", print)
async(function() print("the end") end)
--> the end
