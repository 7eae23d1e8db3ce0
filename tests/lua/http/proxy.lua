-- Proxies: given, from the environment, and none; TLS goes through them by CONNECT.
local servers = require "servers"
servers.need("openssl")
local http, net, fs = plait.http, plait.net, plait.fs
local folder <close> = fs.temp_folder()
local key, cert = servers.certificate(folder.path, "secure.test")
local nginx <close> = servers.nginx(folder.path, { key, cert })
-- One that says what it was asked for, and leads any CONNECT to nginx.
local asked = {}
local function pump(from, to)
    while true do
        local piece = from:read(1) -- and what there is
        if not piece or not to:write(piece) then return pcall(to.shutdown, to) end
    end
end
local proxy <close> = servers.raw(function(conn)
    local head = servers.read_head(conn)
    asked[#asked + 1] = head:match("^[^\r]*")
    if not head:find("Proxy-Authorization: Basic dTpzZWNyZXQ=", 1, true) then
        return conn:write("HTTP/1.1 407 Who\r\nContent-Length: 0\r\nX-Proxy: 1\r\n\r\n")
    end
    if not head:find("^CONNECT") then return conn:write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied") end
    local there <close> = assert(net.connect("127.0.0.1:" .. nginx.port))
    conn:write("HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n")
    local back = async(pump, there, conn)
    pump(conn, there)
    pcall(await, back)
end)
local address = proxy.url:gsub("//", "//u:secret@")
print(http.get("http://name.test/x?y", { proxy = address }).body, asked[1]) --> proxied	GET http://name.test/x?y HTTP/1.1
local r = http.get("https://secure.test/method", { proxy = address, tls = { ca = cert }, version = "1.1" })
print(r.status, r.body, r.headers["x-proxy"], asked[2]) --> 200	GET /method|	nil	CONNECT secure.test:443 HTTP/1.1
print(http.get("http://name.test/", { proxy = proxy.url }).status) --> 407
local ok, message, code = http.get("https://secure.test/", { proxy = proxy.url })
print(ok, message, code) --> nil	https://secure.test/: CONNECT tunnel failed, response 407	71
-- The environment of a program.
assert(fs.write("child.lua", [[
local url = ...
local http = plait.http
print(http.get("http://name.test/").body)
print((http.get(url, { proxy = false }).body))
print((http.get(url).body))
]]))
local plain <close> = servers.raw(function(conn)
    servers.read_head(conn)
    conn:write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ndirect")
end)
local child = plait.exec{ arg[-1], "child.lua", plain.url, env = { PATH = os.getenv("PATH"), http_proxy = address } }
io.write(child.stdout, child.stderr)
--> proxied
--> direct
--> proxied
child = plait.exec{ arg[-1], "child.lua", plain.url,
    env = { PATH = os.getenv("PATH"), http_proxy = address, no_proxy = "127.0.0.1" } }
io.write(child.stdout, child.stderr)
--> proxied
--> direct
--> direct
