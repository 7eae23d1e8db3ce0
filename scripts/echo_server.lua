-- An echo server: what a client sends comes back, line by line.
--
--     plait scripts/echo_server.lua localhost:7007       then, elsewhere: nc localhost 7007
--
-- Each client has a strand of its own. Without an address it is tried with three clients.

local net = plait.net

local function serve(conn)
    local conn <close> = conn
    for line in conn:lines("L") do conn:write(line) end
end

local listener <close> = assert(net.listen(arg and arg[1] or "localhost:0"))
local server = async(function()
    for conn in listener do async(serve, conn) end
end)

if arg and arg[1] then
    print("listening at " .. listener.address)
    await(server)
end

local function client(name)
    local conn <close> = assert(net.connect(listener.address, { timeout = 5 }))
    for i = 1, 2 do
        conn:write(name, " says ", i, "\n")
        assert(conn:read("l") == name .. " says " .. i)
    end
    conn:shutdown() -- no more from here; what is on its way still comes
    assert(conn:read("l") == nil)
    return name
end

for _, name in ipairs(gather{ async(client, "Ada"), async(client, "Bob"), async(client, "Cleo") }) do
    print(name .. " has got back what was sent")
end
listener:close()
await(server)
print("closed")
