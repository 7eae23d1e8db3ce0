-- What cannot be started is refused at once, with a message that names the verb and the type.
local function refused(...)
    local ok, err = pcall(...)
    print(ok, plait.kind(err), tostring(err):match("spawn_thread: [^;]*") or tostring(err):match("to_thread: [^;]*"))
end
refused(spawn_thread) --> false	usage	spawn_thread: argument 1 is no value, not a function
refused(spawn_thread, 42) --> false	usage	spawn_thread: argument 1 is 42 (a number), not a function
refused(to_thread, "ls") --> false	usage	to_thread: argument 1 is "ls" (a string), not a function
refused(spawn_thread, {}) --> false	usage	spawn_thread: value 1 of the table is no value, not a function
