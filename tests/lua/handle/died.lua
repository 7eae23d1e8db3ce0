-- A process that dies is an error of kind "died", with its pid and exit code or signal.
local exits = spawn_process(function() os.exit(7) end)
local _, err = pcall(await, exits)
print(plait.kind(err), err.exitcode, err.signal, err.pid == exits.pid) --> died	7	nil	true
print(exits.exitcode, exits.signal, exits:status()) --> 7	nil	failed
local ready = plait.Channel()
local killed = spawn_process(function() ready:send(true) sleep(3600) end)
ready:recv()
killed:kill()
_, err = pcall(await, killed)
print(plait.kind(err), err.exitcode, err.signal, err.pid == killed.pid) --> died	nil	9	true
print(killed.exitcode, killed.signal, tostring(err):match("signal")) --> nil	9	signal
