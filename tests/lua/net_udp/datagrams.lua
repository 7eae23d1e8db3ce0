-- Datagrams there and back: of IPv4 and IPv6, with and without a connection, of every length.
local net = plait.net
local a <close> = assert(net.udp("127.0.0.1:0"))
local b <close> = assert(net.udp("127.0.0.1:0"))
print(a.address == "127.0.0.1:" .. a.port, tostring(a) == "udp socket (" .. a.address .. ")") --> true	true
print(b:send("hello", a.address) == b) --> true
local data, from = a:receive()
print(data, from == b.address) --> hello	true
a:send("", from)
print(b:receive() == "") --> true
print(#(b:send(("x"):rep(65507), { host = "127.0.0.1", port = a.port }) and a:receive())) --> 65507
local _, message, code = b:send(("x"):rep(65508), a.address)
print(message == a.address .. ": Message too long", code) --> true	90

-- Each datagram is received by itself, in one piece.
for i = 1, 5 do b:send("number " .. i, a.address) end
for i = 1, 5 do assert(a:receive(1) == "number " .. i) end

-- One for both kinds of addresses, which are written as they are.
local any <close> = assert(net.udp())
any:send("from anywhere", a.address)
data, from = a:receive()
print(data, from == "127.0.0.1:" .. any.port) --> from anywhere	true
a:send("back", from)
data, from = any:receive()
print(data, from == a.address) --> back	true
local everywhere <close> = assert(net.udp(":0"))
b:send("to all of it", "127.0.0.1:" .. everywhere.port)
print((everywhere:receive())) --> to all of it

-- Connected: what others send is not received; and a port with nobody is heard of.
print(a:connect(b.address) == a) --> true
any:send("not wanted", a.address)
b:send("wanted", a.address)
print((a:receive())) --> wanted
a:send("to the peer")
print((b:receive())) --> to the peer
b:close()
a:send("nobody is there")
_, message, code = a:receive()
print(message:match("Connection refused"), code) --> Connection refused	111
