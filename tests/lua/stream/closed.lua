-- A pipe that nobody reads any more is nil, message, code, and no signal. A closed stream is an error; closing tells who waits.
local p = spawn_process{ "true", stdin = "pipe", stdout = "pipe" }
await(p)
print(p.stdin:write("x")) --> nil	stdin of true: Broken pipe	32
print(p.stdin:write("x")) --> nil	stdin of true: Broken pipe	32
print(p.stdin:close(), p.stdin:close(), p.stdin) --> true	true	stream (closed)
local ok, err = pcall(p.stdin.write, p.stdin, "x")
print(plait.kind(err), err.message:match("write.*")) --> usage	write: attempt to use a closed stream (stdin of true)
-- In the middle of a write that waits.
local q = spawn_process{ "sh", "-c", "read x; exec <&-; echo closed; exec sleep 600", stdin = "pipe", stdout = "pipe" }
local writer = async(function() return q.stdin:write(("x"):rep(100), "\n", ("x"):rep(1000000)) end)
print(q.stdout:read("l"), await(writer)) --> closed	nil	stdin of sh: Broken pipe	32
local reader, second = async(function() return q.stdout:read("l") end), async(function() return q.stdout:read("l") end)
plait.yield()
plait.yield()
q.stdout:close()
print(await(reader)) --> nil	closed
print(await(second)) --> nil	closed
pcall(await, q:kill())
-- It closes its output early, and goes on.
local r = spawn_process{ "sh", "-c", "echo last; exec >&-; read x; exit 3", stdin = "pipe", stdout = "pipe" }
print(r.stdout:read("a"), r:done()) --> last
--> 	false
do local input <close> = r.stdin end
print(await(r)) --> 3
