-- Time-outs and cancellations in the middle of reads and writes: what has come stays, and the stream can be used on.
local p = spawn_process{ "cat", stdin = "pipe", stdout = "pipe" }
print(p.stdout:read("l", { timeout = 0.01 })) --> nil	timeout
print(p.stdout:read("a", { timeout = 0 })) --> nil	timeout
print(p.stdout:read_until("x", 0.01)) --> nil	timeout
p.stdin:write("half a ")
print(p.stdout:read("l", { timeout = 0.05 })) --> nil	timeout
local task = async(p.stdout.read, p.stdout, "l")
plait.yield()
task:cancel()
print(plait.kind(select(2, pcall(await, task)))) --> cancelled
p.stdin:write("line\n")
print(p.stdout:read("l")) --> half a line
local ok, err = pcall(function() for line in p.stdout:lines("l", { timeout = 0.01 }) do print(line) end end)
print(plait.kind(err), err.message:match("lines.*")) --> timeout	lines: stdout of cat: timeout
-- A write for which there is no room.
local q = spawn_process{ "sleep", "600", stdin = "pipe" }
print(q.stdin:write(("x"):rep(1000000), { timeout = 0.02 })) --> nil	timeout
task = async(q.stdin.write, q.stdin, ("x"):rep(1000000))
plait.yield()
print(q.stdin:write("y", { timeout = 0.01 })) --> nil	timeout
task:cancel()
print(plait.kind(select(2, pcall(await, task)))) --> cancelled
pcall(await, q:kill())
-- Strands take turns, in their order; reading and writing do not wait for each other.
local readers = {}
for i = 1, 3 do readers[i] = async(p.stdout.read, p.stdout, "l") end
local writers = {}
for i = 1, 3 do writers[i] = async(p.stdin.write, p.stdin, ("%d"):format(i):rep(100000), "\n") end
for i = 1, 3 do print(await(readers[i]) == ("%d"):format(i):rep(100000)) end
--> true
--> true
--> true
gather(writers)
p.stdin:close()
print(await(p)) --> 0
