-- A stream can become another program's: the two have a pipe, and we are out of it.
local files = require "files"
plait.exec{ "cat", stdin = "x" } -- makes what the runtime needs
local before = files.count_open()
local list = spawn_process{ "printf", "b\nc\na\n", stdout = "pipe" }
local sorted = spawn_process{ "sort", stdin = list.stdout, stdout = "pipe" }
local last = plait.exec{ "tr", "a-z", "A-Z", stdin = sorted.stdout }
print((last.stdout:gsub("\n", ""))) --> ABC
print(list.stdout, sorted.stdout, await(list), await(sorted)) --> stream (closed)	stream (closed)	0	0
-- The other way round: into a program that was started before.
local upper = spawn_process{ "tr", "a-z", "A-Z", stdin = "pipe", stdout = "pipe" }
print(await(spawn_process{ "echo", "text", stdout = upper.stdin }), upper.stdout:read("a")) --> 0	TEXT
-->
print(await(upper)) --> 0
-- What was read from cannot be given away, and a closed one neither; after a start that failed it is as before.
local two = spawn_process{ "printf", "1\n2\n", stdout = "pipe" }
local function refused(what, program)
    local ok, err = pcall(spawn_process, { program or "cat", stdin = what })
    print(ok, (err.message:gsub("^%S+:%d+: ", "")))
end
refused(two.stdout, "/there/is/none") --> false	cannot start program '/there/is/none': No such file or directory
print(two.stdout:read("l")) --> 1
refused(two.stdout) --> false	spawn_process: stdin is a stream that was read from
two.stdout:close()
refused(two.stdout) --> false	spawn_process: stdin is a closed stream
await(two)
upper, list, sorted, two = nil, nil, nil, nil
collectgarbage()
collectgarbage()
print(files.wait_for_open(before)) --> true
