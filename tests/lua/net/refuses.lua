-- What may fail is nil, a message with the address, and a number; wrong arguments raise, before anything is opened.
local net = plait.net
local taken <close> = assert(net.listen("127.0.0.1:0"))
local port = taken.port
local function plain(result, message, code) return result, message:gsub(":" .. port, ":PORT"), code end
print(net.connect("localhost:1")) --> nil	localhost:1: Connection refused	111
print(net.connect("127.0.0.1:1", { from = "127.0.0.1:0" })) --> nil	127.0.0.1:1: Connection refused	111
print(net.connect("[::1]:1")) --> nil	[::1]:1: Connection refused	111
print(net.connect("nowhere.invalid:80")) --> nil	nowhere.invalid:80: Name or service not known	3008
print(net.listen("nowhere.invalid:80")) --> nil	nowhere.invalid:80: Name or service not known	3008
print(plain(net.listen("127.0.0.1:" .. port))) --> nil	127.0.0.1:PORT: Address already in use	98
print(net.listen("192.0.2.1:0")) --> nil	192.0.2.1:0: Cannot assign requested address	99
print(plain(net.connect(taken.address, { from = "192.0.2.1" }))) --> nil	127.0.0.1:PORT: Cannot assign requested address	99
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    print(plait.kind(err), (tostring(err):gsub("^%S+:%d+: ", "")))
end
refused(net.connect) --> usage	net.connect: address is nil, not a string such as "localhost:80" or "unix:/path"
refused(net.connect, "localhost") --> usage	net.connect: localhost: there is no port, as in "host:80"
refused(net.connect, ":80") --> usage	net.connect: :80 names no host
refused(net.connect, "::1:80") --> usage	net.connect: ::1:80: an IPv6 address stands in brackets, as in "[::1]:80"
refused(net.connect, "localhost:http") --> usage	net.connect: localhost:http: the port is not a number from 0 to 65535
refused(net.connect, "localhost:65536") --> usage	net.connect: localhost:65536: the port is not a number from 0 to 65535
refused(net.connect, { host = "localhost" }) --> usage	net.connect: port is nil, not a number from 0 to 65535
refused(net.connect, { host = 1, port = 1 }) --> usage	net.connect: host is 1 (a number), not a string
refused(net.connect, { path = true }) --> usage	net.connect: path is true (a boolean), not a string
refused(net.connect, "unix:") --> usage	net.connect: unix: the path is empty
refused(net.connect, "localhost:1", { time = 1 }) --> usage	net.connect: there is no option 'time'
refused(net.connect, "localhost:1", -1) --> usage	net.connect: timeout is -1 (a number), not a number of seconds
refused(net.connect, "localhost:1", { nodelay = 1 }) --> usage	net.connect: nodelay is 1 (a number), not true or false
refused(net.connect, "localhost:1", { keepalive = 0 }) --> usage	net.connect: keepalive is 0 (a number), not true or a number of seconds
refused(net.connect, "localhost:1", { from = "nowhere" }) --> usage	net.connect: from is "nowhere", not an address in figures
refused(net.listen, "localhost:0", { backlog = -1 }) --> usage	net.listen: backlog is -1 (a number), not a number of connections
refused(net.listen, "localhost:0", { mode = "rw" }) --> usage	net.listen: mode is "rw" (a string), not permissions such as "644"
refused(net.listen, "localhost:0", { reuse_port = 1 }) --> usage	net.listen: reuse_port is 1 (a number), not true or false
refused(taken.accept, {}) --> usage	accept: argument 1 is a table, not a listener
refused(taken.accept, taken, { limit = 1 }) --> usage	accept: there is no option 'limit'
-- The options of sockets.
local far = async(taken.accept, taken)
local near <close> = assert(net.connect(taken.address, { nodelay = false, keepalive = true, from = "127.0.0.2" }))
local far <close> = await(far)
print(near.address:match("^127%.0%.0%.2:") ~= nil, far.peer == near.address) --> true	true
-- A port that several share.
local one <close> = assert(net.listen("localhost:0", { reuse_port = true }))
local two <close> = assert(net.listen(one.address, { reuse_port = true, backlog = 5 }))
print(one.port == two.port) --> true
-- Everywhere.
local all <close> = assert(net.listen(":0"))
local conn <close> = assert(net.connect{ host = "127.0.0.1", port = all.port })
print(all:accept():close()) --> true
print(rawequal(net, require "plait.net")) --> true
