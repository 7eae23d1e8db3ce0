-- A program that is not there is an error where it is started, which names it.
local ok, err = pcall(spawn_process, "/no/such/program", "x")
print(ok, tostring(err):find("/no/such/program", 1, true) ~= nil) --> false	true
print(tostring(err):find("No such file", 1, true) ~= nil) --> true
print(pcall(spawn_process, "no-such-program-anywhere")) --> false	program_missing.lua:5: cannot start program 'no-such-program-anywhere': No such file or directory
