-- TLS whose strands are cancelled or run out of time in the middle of everything: no descriptor is left, and a read or a write
-- that was given up loses nothing of what others do.
local certificates = require "certificates"
local files = require "files"
local net = plait.net
local listener <close>, where = certificates.listen({}, function(conn)
    for line in conn:lines("L") do conn:write(line) end
end)
local mute <close> = assert(net.listen("127.0.0.1:0"))
local trust = { ca = "ca.pem" }
local much = ("x"):rep(1 << 22)
assert(net.connect(where, { tls = trust })):close() -- makes what the runtime needs
local warm <close> = assert(net.connect(where, { tls = trust }))
warm:write("x\n")
warm:read()
local before = files.count_open()
local operations = {
    function() return net.connect(where, { tls = trust }) end,
    function() return net.connect(where, { tls = { ca = "ca.pem", alpn = "new" .. plait.now() } }) end, -- a new context
    function() return net.connect("localhost:" .. mute.port, { tls = trust }) end,
    function() return listener:accept() end,
    function(conn) return conn:read("a") end,
    function(conn) return conn:write(much) end,
    function(conn)
        conn:write("one\n")
        local closes <close> = conn
        return conn:read("l", "l")
    end,
    function(conn)
        async(conn.write, conn, much)
        return conn:read("a")
    end,
    function(conn) return conn:shutdown() end,
}
for moment = 0, 12 do
    for _, operation in ipairs(operations) do
        local conn = assert(net.connect(where, { tls = trust }))
        local task = async(operation, conn)
        for _ = 1, moment do plait.yield() end
        task:cancel()
        local done, result = pcall(await, task)
        if done and plait.repr(result):find("stream", 1, true) then pcall(result.close, result) end
        conn:close()
    end
    while mute:accept(0) do end
end
collectgarbage()
collectgarbage()
print(files.wait_for_open(before)) --> true

-- Cancelled in the handshake of a server's side: another strand goes on with it.
local shy <close> = assert(net.listen("127.0.0.1:0", { tls = certificates.server }))
local client = async(net.connect, "localhost:" .. shy.port, { tls = trust })
local conn <close> = assert(shy:accept())
for _ = 1, 3 do
    local task = async(conn.read, conn)
    plait.yield()
    task:cancel()
    pcall(await, task)
end
conn:write("hello\n")
local other <close> = await(client)
print(other:read()) --> hello

-- A write that is given up: its rest is not sent, but what goes before it is whole, and what is written next is, too.
print(other:write(much, { timeout = 0 }) == other) --> false
local writer = async(function()
    other:write("\nnext\n")
    other:shutdown()
end)
local got = conn:read("a")
await(writer)
local part = got:match("^(x*)\nnext\n$")
print(#part > 0, #part < #much) --> true	true

-- Time-outs of reads leave the stream as it was.
for _ = 1, 3 do print(warm:read("l", { timeout = 0.001 })) end
--> nil	timeout
--> nil	timeout
--> nil	timeout
warm:write("still here\n")
print(warm:read()) --> still here
