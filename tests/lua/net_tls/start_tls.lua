-- A connection that goes over to TLS, on both sides; what came before that is not taken for what comes after.
local certificates = require "certificates"
local net = plait.net
local listener <close> = assert(net.listen("127.0.0.1:0"))
local where = "localhost:" .. listener.port
local function pair()
    local near = assert(net.connect(where))
    return near, assert(listener:accept())
end
local function show(message, code)
    print((tostring(message):gsub("^[%w_.]+:%d+: ", ""):gsub("127.0.0.1:%d+", "PEER")), code)
end

local near, far = pair()
local server = async(function()
    print(far:read()) --> STARTTLS
    far:write("GO\n")
    return far:start_tls(certificates.with{ server = true }) == far
end)
near:write("STARTTLS\n")
print(near:read()) --> GO
print(near:start_tls{ ca = "ca.pem", server_name = "localhost" } == near, await(server)) --> true	true
near:write("secret\n")
print(far:read(), far:tls().version, near:tls().verified) --> secret	TLSv1.3	true
show(select(2, pcall(near.start_tls, near))) --> start_tls: PEER has TLS already	nil
near:close()
print(far:read("a"), far:read(1)) --> 	nil
far:close()

-- The name is that of net.connect, unless another is said.
near, far = pair()
server = async(function() return far:start_tls(certificates.with{ server = true }) == far end)
print(near:start_tls{ ca = "ca.pem" } == near, await(server)) --> true	true
near:close()
far:close()

-- What came before may be anybody's.
near, far = pair()
far:write("GO\nNOOP\n")
print(near:read()) --> GO
show(select(2, near:start_tls{ ca = "ca.pem" })) --> something came before TLS began	71
print(near) --> stream (closed)
far:close()

-- Time-outs and wrong arguments; after a failure it is closed.
near, far = pair()
print(near:start_tls{ ca = "ca.pem", timeout = 0.01 }) --> nil	timeout
print(near) --> stream (closed)
show(select(2, pcall(far.start_tls, far, { server = true }))) --> start_tls: tls.cert is missing: the file of the certificate	nil
print(far:start_tls(certificates.with{ server = true, ca = "none.pem" })) --> nil	none.pem: No such file or directory	2
print(far) --> stream (closed)

local p = spawn_process{ "cat", stdin = "pipe", stdout = "pipe" }
show(select(2, pcall(p.stdin.start_tls, p.stdin))) --> start_tls: stdin of cat is no connection	nil
p.stdin:close()
p:join()
