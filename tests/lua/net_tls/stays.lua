-- A connection with TLS is not given away: what comes over its descriptor is not what is read from it.
local certificates = require "certificates"
local net = plait.net
local listener <close>, where = certificates.listen({}, function(conn)
    conn:write("hello\n")
    conn:write(conn:read())
end)
local conn <close> = assert(net.connect(where, { tls = { ca = "ca.pem" } }))
local function refused(f, ...)
    local _, err = pcall(f, ...)
    print((err.message:gsub("^%S+:%d+: ", "")))
end
refused(spawn_process, { "cat", stdin = conn }) --> spawn_process: stdin is a connection with TLS
refused(spawn_process, { "cat", stdout = conn }) --> spawn_process: stdout is a connection with TLS
refused(spawn_thread, print, conn) --> cannot send to thread: args[1] is a connection with TLS, which stays in its state
print(conn:read(), conn:write("bye\n") == conn, conn:read()) --> hello	true	bye

-- A server's side before its handshake, too.
local own <close> = assert(net.listen("127.0.0.1:0", { tls = certificates.server }))
local near <close> = assert(net.connect(own.address))
local far <close> = assert(own:accept())
near:write("no TLS\n")
refused(spawn_process, { "cat", stdin = far }) --> spawn_process: stdin is a connection with TLS
