-- A connection is a stream on both sides, which know where they are; half of it can be shut down; the loop over a listener ends
-- when that is closed.
local net = plait.net
local listener <close> = assert(net.listen("127.0.0.1:0"))
local function serve(conn)
    local conn <close> = conn
    print(conn.address == listener.address, conn.peer:match("^127%.0%.0%.1:%d+$") == conn.peer)
    for line in conn:lines("L") do conn:write(line) end
    conn:write("the end\n")
end
local server = async(function()
    for conn in listener do async(serve, conn) end
    return "closed"
end)
print(listener.port == tonumber(listener.address:match("^127%.0%.0%.1:(%d+)$"))) --> true
local conn <close> = assert(net.connect{ host = "localhost", port = listener.port })
print(conn.peer == listener.address, conn.address:match("^127%.0%.0%.1:%d+$") == conn.address) --> true	true
print(tostring(conn) == "stream (" .. conn.peer .. ")", tostring(listener) == "listener (" .. listener.address .. ")") --> true	true
print(conn:write("hello\n", 12, "\n") == conn) --> true
--> true	true
print(conn:read("l", "n")) --> hello	12
print(conn:read(1) == "\n") --> true
print(conn:shutdown()) --> true
print(conn:read("a")) --> the end
-->
print(conn:read("a", "l")) --> 	nil
local _, message, code = conn:write("x")
print(message == conn.peer .. ": Broken pipe", code) --> true	32
print(listener:close(), listener:close(), listener) --> true	true	listener (closed)
print(await(server)) --> closed
for conn in listener do print(conn) end
print(plait.kind(select(2, pcall(listener.accept, listener)))) --> usage
-- Several strands read and write one connection at once; each operation is whole.
local again <close> = assert(net.listen("127.0.0.1:0"))
local far = async(again.accept, again)
local near <close> = assert(net.connect(again.address))
far = await(far)
local much = ("x"):rep(1 << 20)
local writers = {}
for i = 1, 4 do writers[i] = async(near.write, near, tostring(i):rep(1 << 20), "\n") end
local other = async(far.write, far, much, "\n")
local lines = {}
for i = 1, 4 do lines[i] = async(far.read, far, "l") end
print(near:read("l") == much) --> true
for i = 1, 4 do print(#await(lines[i]), await(writers[i]) == near) end
--> 1048576	true
--> 1048576	true
--> 1048576	true
--> 1048576	true
await(other)
far:close()
