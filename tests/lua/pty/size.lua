-- The terminal has the size that was asked for, and another one when it is resized, of which its program hears.
local function line(p) return (p.pty:read("l", { timeout = 20 }):gsub("\r$", "")) end
print(line(spawn_process{ "stty", "size", pty = true })) --> 24 80
local small = spawn_process{ "stty", "size", pty = { cols = 33, rows = 11 } }
print(small.pty, line(small), small.stdin, small.stdout, await(small)) --> stream (pty of stty)	11 33	nil	nil	0
local p = spawn_process{ "sh", "-c", "trap 'stty size; exit 4' WINCH; echo ready; while :; do read x; done", pty = { cols = 10 } }
print(p.pty:read_until("ready\r\n", 20)) --> 
p.pty:resize(10, 24) -- is no change
print(p.pty:resize(132, 50) == p.pty, line(p)) --> true	50 132
print(await(p), p.pty:read("l")) --> 4	nil
p.pty:close()
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    print(plait.kind(err), (tostring(err):gsub("^%S+:%d+: ", "")))
end
refused(p.pty.resize, p.pty, 1, 1) --> usage	resize: attempt to use a closed stream (pty of sh)
local q = spawn_process{ "true", stdin = "pipe", pty = true }
refused(q.pty.resize, q.pty, 0, 1) --> usage	resize: argument 1 is 0 (a number), not a number from 1 to 65535
refused(q.pty.resize, q.pty, 1) --> usage	resize: argument 2 is nil, not a number from 1 to 65535
print(q.stdin:resize(1, 1)) --> nil	stdin of true: Inappropriate ioctl for device	25
await(q)
for _, pty in ipairs{ 1, { cols = 0 }, { rows = 1.5 }, { cols = "8" }, { rows = 65536 }, { width = 8 }, { 80, 24 } } do
    refused(spawn_process, { "true", pty = pty })
end
--> usage	spawn_process: pty is 1 (a number), not true or a table such as {cols = 80, rows = 24}
--> usage	spawn_process: pty.cols is 0 (a number), not a number from 1 to 65535
--> usage	spawn_process: pty.rows is 1.5 (a number), not a number from 1 to 65535
--> usage	spawn_process: pty.cols is "8" (a string), not a number from 1 to 65535
--> usage	spawn_process: pty.rows is 65536 (a number), not a number from 1 to 65535
--> usage	spawn_process: there is no option "width" (a string) in pty
--> usage	spawn_process: there is no option 1 (a number) in pty
refused(spawn_process, { function() end, pty = true }) --> usage	spawn_process: 'pty' is no option for a process
print(spawn_process{ "true", pty = false }.pty) --> nil
