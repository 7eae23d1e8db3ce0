-- An error in the function of a signal is that of a task: reported at the end, with the place where the function was set.
local come = plait.Event()
plait.signal("USR1", function()
    come:set()
    error("no good", 0)
end)
os.execute("kill -USR1 " .. plait.pid())
come:wait()
--! status: 1
--! stderr: no good
--! stderr: in task 1 'signal USR1', started at error.lua:3
