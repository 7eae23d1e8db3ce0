-- Wrong arguments raise; streams stay in their state.
local p = spawn_process{ "cat", stdin = "pipe", stdout = "pipe" }
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    print(plait.kind(err), (tostring(err):gsub("^%S+:%d+: ", "")))
end
refused(p.stdout.read, p.stdout, "x") --> usage	read: format 1 is "x" (a string), not "l", "L", "n", "a" or a number of bytes
refused(p.stdout.read, {}) --> usage	read: argument 1 is a table, not a stream
refused(p.stdout.read_until, p.stdout, "") --> usage	read_until: argument 1 is "" (a string), not a string of at least one byte
refused(p.stdin.write, p.stdin, true) --> usage	write: argument 1 is true (a boolean), not a string or a number
refused(p.stdin.write, p.stdin, "x", { time = 1 }) --> usage	write: there is no option 'time'
refused(p.stdout.lines, p.stdout, "x") --> usage	lines: format 1 is "x" (a string), not "l", "L", "n", "a" or a number of bytes
local stdout = p.stdout
local ok, err = pcall(spawn_thread, function() return stdout end)
print(plait.kind(err), err.message:match("is (a stream.*)")) --> send	a stream, which stays in its state; send what is read from it
-- A handle that travels leaves its streams behind.
print(await(spawn_thread(function() return p.stdout end))) --> nil
p.stdin:close()
await(p)
