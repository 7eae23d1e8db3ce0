-- The same over TLS. A client that does not shake hands holds up nobody.
local servers = require "servers"
servers.need("openssl")
local fs, http, net = plait.fs, plait.http, plait.net
local folder <close> = fs.temp_folder()
local key, cert = servers.certificate(folder.path, "localhost")
print(http.serve("localhost:0", print, { tls = { cert = "none.pem", key = key } }) == nil) --> true
local server <close> = assert(http.serve("localhost:0", function(request) return request.path .. request:body() end,
    { tls = { cert = cert, key = key }, read_timeout = 60 }))
print(server.url:match("^https://") ~= nil) --> true
local url = "https://localhost:" .. server.port
local silent <close> = assert(net.connect(server.address))
local known = { tls = { ca = cert } }
local r = assert(http.get(url .. "/hello", known))
print(r.status, r.body) --> 200	/hello
local much = ("0123456789"):rep(300000)
print(http.post(url .. "/", much, known).body == "/" .. much) --> true
local tasks = {}
for i = 1, 20 do tasks[i] = async(http.post, url .. "/" .. i, much, known) end
local right = 0
for i, response in ipairs(gather(tasks)) do
    if response.body == "/" .. i .. much then right = right + 1 end
end
print(right) --> 20
-- Who speaks without TLS gets no answer.
local plain <close> = assert(net.connect(server.address))
plain:write("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
print((plain:read("a") or ""):find("HTTP", 1, true)) --> nil
print(http.get(url .. "/after", known).body) --> /after
