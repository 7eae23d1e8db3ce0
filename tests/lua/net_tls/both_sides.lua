-- Both sides of TLS: what is agreed upon, much in both directions at once, the end of each side by itself.
local certificates = require "certificates"
local net = plait.net
local trust = { ca = "ca.pem" }
local listener <close>, where = certificates.listen({ alpn = { "h2", "http/1.1" } }, function(conn)
    for line in conn:lines("L") do conn:write(line) end
    conn:write("the end\n")
    conn:shutdown()
end)

local conn <close> = assert(net.connect(where, { tls = { ca = "ca.pem", alpn = { "spdy", "http/1.1" } } }))
local tls = conn:tls()
print(tls.version, tls.alpn, tls.peer, tls.issuer, tls.verified) --> TLSv1.3	http/1.1	CN=localhost	CN=tests	true
print(tls.cipher:match("^TLS_") ~= nil) --> true

local big = ("x"):rep(1 << 23) .. "\n"
local writer = async(function() return conn:write(big, "more\n") end)
print(conn:read("L") == big, conn:read("l"), await(writer) == conn) --> true	more	true

for i = 1, 100 do -- each its own record, some in one segment
    conn:write(i, "\n")
    if i % 7 == 0 then for j = i - 6, i do assert(conn:read("n") == j) end end
end
print(conn:read("n", "n")) --> 99	100

conn:write("last\n")
print(conn:shutdown()) --> true
print(conn:read("l"), conn:read("l"), conn:read("l"), conn:read("l")) --> 	last	the end	nil
print(conn:read(1)) --> nil
local _, message, code = conn:write("x")
print(message:match("Broken pipe"), code) --> Broken pipe	32
print(conn:close()) --> true

-- Without TLS there is nothing to tell; a server may tell, too.
local plain <close> = assert(net.listen("127.0.0.1:0"))
local near <close> = assert(net.connect(plain.address))
print(near:tls()) --> nil
local tls_listener <close> = assert(net.listen("127.0.0.1:0", { tls = certificates.server }))
local client = async(net.connect, "localhost:" .. tls_listener.port, { tls = trust })
local far <close> = assert(tls_listener:accept())
print(far:tls().version, far:tls().peer, far:tls().verified) --> TLSv1.3	nil	false
local client_conn <close> = await(client)

-- No protocol that both have; a host that is an address.
print((select(2, net.connect(where, { tls = { ca = "ca.pem", alpn = "smtp" } })):gsub("%d+", "N")))
--> localhost:N: refused by the other end: no application protocol
local figures <close> = assert(net.connect("127.0.0.1:" .. listener.port, { tls = trust }))
print(figures:tls().peer) --> CN=localhost

-- Unix sockets have no name to check.
local unix <close> = assert(net.listen("unix:socket", { tls = certificates.server }))
print(pcall(net.connect, "unix:socket", { tls = trust }))
--> false	both_sides.lua:52: tls: unix:socket: server_name is missing: whom the certificate is to be of
local named = async(net.connect, "unix:socket", { tls = { ca = "ca.pem", server_name = "localhost" } })
local one <close> = assert(unix:accept())
one:write("over a file\n")
local other <close> = await(named)
print(other:read()) --> over a file

-- A file that many connections need is read once.
assert(plait.fs.remove("ca.pem"))
local again <close> = assert(net.connect(where, { tls = trust }))
print(again:tls().verified) --> true
