-- What is given as directory, file or environment of a process is looked at, and an error names it.
local function refused(options)
    local ok, err = pcall(spawn_process, options)
    print((tostring(err):gsub("^[%w_]+%.lua:%d+: ", "")))
end
local closed = io.tmpfile()
closed:close()
refused{ "true", cwd = "/no/such/directory" } --> cannot start program 'true' in '/no/such/directory': No such file or directory
refused{ print, cwd = "/no/such/directory" } --> cannot start process in '/no/such/directory': No such file or directory
refused{ "true", cwd = "/dev/null" } --> cannot start program 'true' in '/dev/null': Not a directory
refused{ "no-such-program", cwd = "/" } --> cannot start program 'no-such-program': No such file or directory
refused{ "true", cwd = 5 } --> spawn_process: cwd is 5 (a number), not a string
refused{ "true", stdout = 1 } --> spawn_process: stdout is 1 (a number), not the name of a file, "pipe", "null", "inherit", a stream, or an open file such as io.stdout
refused{ "true", stdin = closed } --> spawn_process: stdin is a closed file
refused{ "true", stderr = {} } --> spawn_process: stderr is a table, not the name of a file, "pipe", "null", "inherit", "stdout", a stream, or an open file such as io.stderr
refused{ "true", env = { X = {} } } --> spawn_process: env.X is a table, not a string
print(await(spawn_process{ "sh", "-c", 'test "$X" = 5', env = { X = 5 } })) --> 0
print(await(spawn_process{ "test", 1, "=", 1 })) --> 0
