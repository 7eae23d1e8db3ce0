-- A server that goes while it is written to over TLS: that fails, and is no SIGPIPE, which would end the program.
local servers = require "servers"
servers.need("openssl")
local http, fs = plait.http, plait.fs
local folder <close> = fs.temp_folder()
local key, cert = servers.certificate(folder.path, "localhost")
local port = servers.free_port()
local server = spawn_process{ "openssl", "s_server", "-accept", "127.0.0.1:" .. port, "-key", key, "-cert", cert,
    stdout = "pipe", stdin = "pipe", stderr = "null" }
server.stdout:read_until("ACCEPT")
local left = 2000
local r, message, code = http.post("https://localhost:" .. port, function()
    left = left - 1
    if left == 1990 then pcall(await, server:kill()) end
    return left > 0 and ("x"):rep(10000) or nil
end, { tls = { ca = cert }, timeout = 30 })
print(r, message:match("^https://localhost:%d+: ") ~= nil, code == 32 or code == 104 or code == 71) --> nil	true	true
print(select(3, http.get("https://localhost:" .. port))) --> 111
