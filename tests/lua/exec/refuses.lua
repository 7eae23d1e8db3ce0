-- Wrong options are refused before anything is started; the message names the key, and what to write.
local function refused(command)
    local ok, err = pcall(plait.exec, command)
    print(ok, plait.kind(err), (tostring(err):gsub("^%S+:%d+: ", "")))
end
refused("ls") --> false	usage	exec: argument 1 is "ls" (a string), not a table; write plait.exec{"ls", "-l"}
refused({}) --> false	usage	exec: there is no program; write plait.exec{"ls", "-l"}
refused{ "ls", time = 1 }
--> false	usage	exec: there is no option 'time'; there are 'stdin', 'stdout', 'stderr', 'cwd', 'env', 'name', 'timeout', 'limit' and 'check'
refused{ "ls", timeout = "1" } --> false	usage	exec: timeout is "1" (a string), not a number of seconds
refused{ "ls", timeout = -1 } --> false	usage	exec: timeout is -1 (a number), not a number of seconds
print(plait.exec{ "echo", limit = 1e3 }.code) --> 0
refused{ "ls", limit = 1.5 } --> false	usage	exec: limit is 1.5 (a number), not a number of bytes
refused{ "ls", check = 1 } --> false	usage	exec: check is 1 (a number), not true or false
refused{ "ls", {} } --> false	usage	exec: word 2 of the program is a table, not a string
refused{ "ls", "a\0b" } --> false	usage	exec: a word of the program contains a zero byte
refused{ "ls", cwd = 1 } --> false	usage	exec: cwd is 1 (a number), not a string
refused{ "ls", env = "A=B" } --> false	usage	exec: env is "A=B" (a string), not a table; write env = {NAME = "value"}
refused{ "ls", env = { "A=B" } } --> false	usage	exec: a name in env is 1 (a number); write env = {NAME = "value"}
refused{ "ls", stdin = 1 }
--> false	usage	exec: stdin is 1 (a number), not the name of a file, "pipe", "null", "inherit", a stream, or an open file such as io.stdin
refused{ "ls", stderr = true }
--> false	usage	exec: stderr is true (a boolean), not the name of a file, "pipe", "null", "inherit", "stdout", a stream, or an open file such as io.stderr
refused{ "ls", stdout = "/there/is/none" } --> false	usage	exec: cannot open stdout '/there/is/none': No such file or directory
-- A word that is missing ends nothing: those behind it would be lost.
refused{ "echo", nil, "b" } --> false	usage	exec: word 2 of the program is nil, not a string
refused{ "echo", "a", "b", nil, "c" } --> false	usage	exec: word 4 of the program is nil, not a string
local closed = io.tmpfile()
closed:close()
refused{ "ls", stdout = closed } --> false	usage	exec: stdout is a closed file
print(#plait.processes()) --> 0
