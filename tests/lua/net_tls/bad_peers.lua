-- Peers that do not speak TLS, that die, or that end without a word: a message, and never a hang.
local certificates = require "certificates"
local net = plait.net
local function show(...)
    local first, message, code = ...
    print(first, message and message:gsub(":%d+:", ":PORT:"), code)
end

local plain <close> = assert(net.listen("127.0.0.1:0"))
local function connect(serve)
    local server = async(function()
        local conn <close> = assert(plain:accept())
        serve(conn)
    end)
    show(net.connect("localhost:" .. plain.port, { tls = { ca = "ca.pem" } }))
    await(server)
end
connect(function(conn) conn:write("220 smtp ready\r\n") conn:read("a") end)
--> nil	localhost:PORT: the other end does not speak TLS	71
connect(function(conn) conn:read(1) conn:shutdown() conn:read("a") end)
--> nil	localhost:PORT: closed by the other end in the TLS handshake	71
connect(function(conn) conn:read(5) conn:write("\22\3\3\0\4") conn:shutdown() conn:read("a") end)
--> nil	localhost:PORT: closed by the other end in the TLS handshake	71
connect(function(conn) conn:read(5) conn:write("\21\3\3\0\2\2\40") conn:shutdown() conn:read("a") end)
--> nil	localhost:PORT: refused by the other end: handshake failure	71
connect(function(conn) conn:read(5) conn:write("\21\3\3\0\2\1\0") conn:shutdown() conn:read("a") end)
--> nil	localhost:PORT: closed by the other end in the TLS handshake	71

-- A server's side.
local listener <close> = assert(net.listen("127.0.0.1:0", { tls = certificates.server }))
local function accept(text, ...)
    local client <close> = assert(net.connect("localhost:" .. listener.port))
    client:write(text)
    if not ... then client:shutdown() end
    local conn <close> = assert(listener:accept())
    local first, message, code = conn:read()
    print(first, (message:gsub("^127.0.0.1:%d+", "PEER")), code)
    assert(select(2, conn:write("x")) == message) -- that is for good
end
accept("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") --> nil	PEER: the other end speaks HTTP without TLS	71
accept("hello there, are you well?\n") --> nil	PEER: the other end does not speak TLS	71
accept("") --> nil	PEER: closed by the other end in the TLS handshake	71
accept("\22\3\1") --> nil	PEER: closed by the other end in the TLS handshake	71

-- A client that never says a word keeps nobody waiting but who serves it.
local silent <close> = assert(net.connect("localhost:" .. listener.port))
local slow <close> = assert(listener:accept())
local client = async(net.connect, "localhost:" .. listener.port, { tls = { ca = "ca.pem" } })
local fast <close> = assert(listener:accept())
fast:write("first\n")
local conn <close> = await(client)
print(conn:read()) --> first
print(slow:read("l", { timeout = 0.01 })) --> nil	timeout
print(slow:write("x", { timeout = 0.01 })) --> nil	timeout

-- Nor for ever.
local hasty <close> = assert(net.listen("127.0.0.1:0", { tls = certificates.with{ timeout = 0.05 } }))
local mute <close> = assert(net.connect("localhost:" .. hasty.port))
local waiter <close> = assert(hasty:accept())
show(nil, select(2, waiter:read("l", { timeout = 60 }))) --> nil	127.0.0.1:PORT: the TLS handshake has taken more than 0.05 seconds	110
show(nil, select(2, waiter:write("x"))) --> nil	127.0.0.1:PORT: the TLS handshake has taken more than 0.05 seconds	110
local unheard <close> = assert(net.listen("127.0.0.1:0"))
print(net.connect("localhost:" .. unheard.port, { tls = { ca = "ca.pem", timeout = 0.01 } })) --> nil	timeout

-- The end of the connection is not the end of what was sent: somebody may have cut it off.
local p = spawn_process{ "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key",
    stdin = "pipe", stdout = "pipe", stderr = "/dev/null" }
local port
for line in p.stdout:lines() do
    port = line:match("^ACCEPT.*:(%d+)$")
    if port then break end
end
local cut <close> = assert(net.connect("localhost:" .. port, { tls = { ca = "ca.pem" } }))
p.stdin:write("part\n")
print(cut:read()) --> part
p:kill()
pcall(await, p)
show(cut:read("a")) --> nil	127.0.0.1:PORT: closed by peer without a TLS close	71
