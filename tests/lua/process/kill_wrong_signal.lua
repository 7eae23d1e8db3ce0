-- Signals that do not exist are refused; signals to a process that has ended change nothing.
local process = spawn_process("sleep", "600")
print(select(2, pcall(function() process:kill("NOSUCH") end))) --> kill_wrong_signal.lua:3: bad argument #1 to 'kill' (no signal has the name 'NOSUCH')
print((pcall(process.kill, process, 0)), (pcall(process.kill, process, -9)), (pcall(process.kill, process, {}))) --> false	false	false
print(process:done()) --> false
process:kill()
pcall(await, process)
pcall(process.kill, process)
pcall(process.terminate, process)
print(process.signal) --> 9
