-- Words of a program that are no strings are refused, with a message that says which.
local function refused(...)
    local ok, err = pcall(...)
    print(ok, plait.kind(err), (tostring(err):gsub("^.-: (spawn_process:)", "%1")))
end
refused(spawn_process, "ls", {}) --> false	usage	spawn_process: word 2 of the program is a table, not a string
refused(spawn_process, "ls", "-l", nil, "x") --> false	usage	spawn_process: word 3 of the program is nil, not a string
refused(spawn_process, "ls", "a\0b") --> false	usage	spawn_process: a word of the program contains a zero byte
refused(spawn_process, {"ls", true}) --> false	usage	spawn_process: word 2 of the program is true (a boolean), not a string
refused(spawn_process, {"ls", nil, "x"}) --> false	usage	spawn_process: word 2 of the program is nil, not a string
