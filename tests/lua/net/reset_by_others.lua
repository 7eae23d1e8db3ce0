-- A program that is no plait resets the connection, with SO_LINGER 0, in the middle of each operation.
local net = plait.net
local program = [[
import socket, struct, sys
for line in sys.stdin:
    s = socket.create_connection(("127.0.0.1", int(line)))
    s.sendall(b"half a line")
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sys.stdin.readline()
    s.close()
    print("reset", flush=True)
]]
local there, python = pcall(spawn_process, { "python3", "-c", program, stdin = "pipe", stdout = "pipe" })
if not there then os.exit(77) end
local listener <close> = assert(net.listen("127.0.0.1:0"))
local much = ("x"):rep(1 << 23)
local operations = {
    function(conn) return conn:read("l") end,
    function(conn) return conn:read("a") end,
    function(conn) return conn:read(100, 100) end,
    function(conn) return conn:read_until("!") end,
    function(conn) return conn:write(much) end,
    function(conn) return conn:lines()() end,
}
for _, operation in ipairs(operations) do
    python.stdin:write(listener.port, "\n")
    local conn = assert(listener:accept(60))
    local task = async(operation, conn)
    for _ = 1, 3 do plait.yield() end
    python.stdin:write("\n")
    if not python.stdout:read("l") then os.exit(77) end
    local ok, first, message, code = pcall(await, task)
    local text = tostring(message or first):gsub("^%S+:%d+: 127", "127"):gsub("^127%.0%.0%.1:%d+", "PEER")
    print(ok, text, code)
    conn:close()
end
--> true	PEER: Connection reset by peer	104
--> true	PEER: Connection reset by peer	104
--> true	PEER: Connection reset by peer	104
--> true	PEER: Connection reset by peer	104
--> true	PEER: Connection reset by peer	104
--> false	PEER: Connection reset by peer	nil
-- Before it is accepted.
python.stdin:write(listener.port, "\n\n")
print(python.stdout:read("l")) --> reset
python.stdin:close()
local conn <close> = assert(listener:accept(60))
print((select(3, conn:read("a"))), await(python)) --> 104	0
