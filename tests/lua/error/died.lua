-- kind "died" has pid and either signal or exitcode; tostring gives a sentence that names process and cause.
local process = spawn_process{ function() os.exit(3) end, name = "leaver" }
local _, err = pcall(await, process)
print(err.kind, err.pid == process.pid, err.exitcode, err.signal, getmetatable(err) == plait.Error) --> died	true	3	nil	true
local text = tostring(err)
print(text:find("'leaver'", 1, true) ~= nil, text:find("status 3", 1, true) ~= nil, text:find(process.pid, 1, true) ~= nil) --> true	true	true
print(text == err.message) --> true

process = spawn_process{ "sleep", "600", name = "sleeper" }
process:kill("USR2")
_, err = pcall(await, process)
print(err.kind, err.pid == process.pid, err.exitcode, err.signal) --> died	true	nil	12
text = tostring(err)
print(text:find("'sleeper'", 1, true) ~= nil, text:find("signal 12", 1, true) ~= nil, text:find(process.pid, 1, true) ~= nil) --> true	true	true
