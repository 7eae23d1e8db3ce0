-- Time-outs while something has come or gone already, a half that is closed, a reset: what came before stays, in its order.
local net = plait.net
local listener <close> = assert(net.listen("localhost:0"))
local function pair()
    local near = assert(net.connect(listener.address))
    return near, assert(listener:accept())
end
local much = ("x"):rep(1 << 23)

-- Connecting to one who does not answer, by a name and by figures. A busy machine may be late for one that is answered.
local full <close> = assert(net.listen("127.0.0.1:0", { backlog = 0 }))
local queued, late = {}, 0
repeat
    local conn, why = net.connect(late % 2 == 0 and full.address or "localhost:" .. full.port, 0.05)
    if not conn and why == "timeout" then late = late + 1 end
    queued[#queued + 1] = conn
until late == 6
for _, conn in ipairs(queued) do conn:close() end

-- Half of a line, of a count, of a number, before a mark.
local near, far = pair()
far:write("one\ntw")
print(near:read("l", "l", { timeout = 0.02 })) --> nil	timeout
print(near:read(100, 100, { timeout = 0.02 })) --> nil	timeout
print(near:read("a", { timeout = 0.02 })) --> nil	timeout
print(near:read_until("; ", 0.02)) --> nil	timeout
far:write("o; 12")
print(near:read_until("e\n", 0)) --> on
print(near:read("l", { timeout = 0.02 })) --> nil	timeout
print(near:read_until("; ", 0.02)) --> two
print(near:read("n", { timeout = 0.02 })) --> nil	timeout
far:write("34\n1.5 last")
print(near:read("n", "n")) --> 1234	1.5
local task = async(near.read, near, 2, "L")
for _ = 1, 3 do plait.yield() end
task:cancel()
print(pcall(await, task) == false, near:read(1, 1, 3)) --> true	 	l	ast
-- A loop: each step has its time.
local steps = 0
local ok, err = pcall(function()
    for _ in near:lines("l", { timeout = 0.02 }) do steps = steps + 1 end
end)
print(ok, plait.kind(err), steps) --> false	timeout	0
far:write(" line\nmore\n")
ok, err = pcall(function()
    for line in near:lines("l", { timeout = 0.05 }) do print(line) end
end)
-->  line
--> more
print(ok, plait.kind(err)) --> false	timeout
-- A write and a shutdown behind it.
print(near:write(much, { timeout = 0.02 })) --> nil	timeout
local writer = async(near.write, near, much)
plait.yield()
plait.yield()
print(near:write("x", { timeout = 0.02 })) --> nil	timeout
print(near:shutdown(0.02)) --> nil	timeout
local reader = async(far.read, far, "a")
await(writer)
print(near:shutdown(60)) --> true
print(#await(reader) > #much) --> true
-- Half is closed: the other half goes on.
print(far:write("still\n") == far, near:read("l")) --> true	still
print((select(3, near:write("x")))) --> 32
print(far:shutdown(), near:read("l"), near:read(1), near:read("a") == "") --> true	nil	nil	true
print(near:close(), far:close()) --> true	true

-- Reset: who reads and who writes is told, with the address, also in a loop; what was said before the reset may be lost.
local function reset_of(operation)
    local near, far = pair()
    local task = async(operation, near)
    for _ = 1, 3 do plait.yield() end
    near:write("not read\n", { timeout = 0 })
    far:close() -- resets, since there is something unread
    local results = table.pack(pcall(await, task))
    local message = tostring(results[3] or results[2])
    print(results[1], (message:gsub("^.-127", "127"):gsub(near.peer, "PEER")), results[4])
    near:close()
end
reset_of(function(conn) return conn:read("a") end) --> true	PEER: Connection reset by peer	104
reset_of(function(conn) return conn:read_until(";") end) --> true	PEER: Connection reset by peer	104
reset_of(function(conn) return conn:write(much) end) --> true	PEER: Connection reset by peer	104
reset_of(function(conn) for _ in conn:lines() do end end) --> false	PEER: Connection reset by peer	nil
-- After it, too.
near, far = pair()
near:write("not read\n")
far:close()
print((select(3, near:read("l")))) --> 104
print((select(3, near:write("x")))) --> 32
near:close()
