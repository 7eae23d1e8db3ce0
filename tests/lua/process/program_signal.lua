-- A program that a signal kills is an error of kind "died", with the signal and the pid.
local program = spawn_process("sh", "-c", "kill -USR1 $$")
local ok, err = pcall(await, program)
print(ok, plait.kind(err), err.signal, err.exitcode, err.pid == program.pid) --> false	died	10	nil	true
print(program.signal, program.exitcode, program:status()) --> 10	nil	failed
