-- Programs that are no workers break the pool, and wrong options are refused; nothing hangs.
require("plait.internal").set_haste(20)
local function try(command)
    local pool <close> = plait.Pool{ processes = 2, command = { "sh", "-c", command }, format = "json" }
    local ok, err = pcall(pool.map, pool, { 1, 2, 3 })
    return plait.kind(err), (tostring(err):gsub("pid %d+", "pid N"))
end
print(try("exit 3")) --> died	program 'sh' (pid N) exited with status 3 before it answered
print(try("echo hello >&3; sleep 60")) --> protocol	sh sent no JSON value at byte 1
print(try("echo 5 >&3; sleep 60")) --> protocol	sh sent an answer before it was given an item
print(try("echo null >&3; read x <&3; echo 5 >&3; sleep 60")) --> protocol	sh sent an answer that is 5 (a number), not a map with a result or an error
print(try("echo null >&3; read x <&3; printf '{\"res' >&3; exit 0")) --> protocol	sh sent the end in the middle of a value at byte 11
local function refused(options)
    local ok, err = pcall(plait.Pool, options)
    print(plait.kind(err), (err.message:gsub("^%S+:%d+: ", "")))
end
refused{ processes = 1, command = { "/there/is/none" } } --> usage	cannot start program '/there/is/none': No such file or directory
refused{ processes = 1, command = 1 } --> usage	Pool: command is 1 (a number), not a list of words; write command = {"python3", "worker.py"}
refused{ command = { "x" } } --> usage	Pool: a command is for processes; write processes = 4
refused{ processes = 1, format = "json" } --> usage	Pool: there is a format, and no command
refused{ processes = 1, command = { "x" }, init = print } --> usage	Pool: there is an init, which is for workers that run functions
refused{ processes = 1, command = { "x" }, format = 1 } --> usage	Pool: format is 1 (a number), not "msgpack" or "json"
-- It need not be used, and is not waited for.
local idle = plait.Pool{ processes = 1, command = { "sleep", "60" } }
print(select(2, pcall(spawn_thread, function() return idle end)).message:match("is (a Pool.*)")) --> a Pool of another program, which stays in its state
