-- nginx over TLS, and HTTP/2: certificates are verified.
local servers = require "servers"
servers.need("openssl")
local http, fs = plait.http, plait.fs
local folder <close> = fs.temp_folder()
local key, cert = servers.certificate(folder.path, "localhost")
assert(fs.mkdir(folder.path .. "/www"))
local large = ("0123456789"):rep(300000)
assert(fs.write(folder.path .. "/www/large", large))
local nginx <close> = servers.nginx(folder.path, { key, cert })
local function show(r, message, code)
    if r then return print(r.status, r.version, #r.body > 100 and #r.body or r.body ~= "" and r.body or "nothing") end
    print((message:gsub("(https://[%w.]*):%d+", "%1:PORT"):gsub(", OpenSSL.*", ""):gsub("OpenSSL/%S+ ", "")), code)
end
local url = nginx.url
show(http.get(url .. "/method")) --> https://localhost:PORT/method: SSL certificate problem: self-signed certificate	129
local known = { tls = { ca = cert } }
show(http.get(url .. "/method", known)) --> 200	2	GET /method|
show(http.get(url .. "/method", { tls = { ca = cert }, version = "1.1" })) --> 200	1.1	GET /method|
show(http.get(url .. "/method", { tls = { verify = false } })) --> 200	2	GET /method|
-- Another name than the certificate's, and files that are none.
local other = url:gsub("localhost", "127.0.0.1")
show(http.get(other, known)) --> https://127.0.0.1:PORT: SSL: no alternative certificate subject name matches target host name '127.0.0.1'	129
show(http.get(url, { tls = { ca = "/there/is/none" } })) --> https://localhost:PORT: error setting certificate file: /there/is/none	129
show(http.get(url, { tls = { ca = cert, cert = "/there/is/none" } }))
--> https://localhost:PORT: could not load PEM client certificate from /there/is/none	129
show(http.get((url:gsub("https", "http")) .. "/method")) --> 400	1.1	255
local plain <close> = servers.raw(function(conn)
    conn:write("HTTP/1.1 200 OK\r\n\r\n")
    conn:read("a")
end)
show(http.get((plain.url:gsub("http", "https")), 5)) --> https://127.0.0.1:PORT: error:0A00010B:SSL routines::wrong version number	71
-- Much, at once, over one connection: two streams of it wait for their readers.
local tasks = {}
for i = 1, 20 do tasks[i] = async(http.get, url .. "/large", known) end
local right = 0
for _, response in ipairs(gather(tasks)) do
    if response.body == large then right = right + 1 end
end
print(right) --> 20
do
    local one <close> = http.get(url .. "/large", { tls = { ca = cert }, stream = true })
    local two <close> = http.get(url .. "/large", { tls = { ca = cert }, stream = true })
    print(one:read(10), two:read("a") == large, #one:read("a")) --> 0123456789	true	2999990
end
print(http.put(url .. "/up/one", large, known).status) --> 201
local left = 50
print(http.put(url .. "/up/two", function()
    left = left - 1
    plait.yield()
    if left > 0 then return ("x"):rep(10000) end
end, known).status) --> 201
print(http.get(url .. "/up/one", known).body == large, fs.stat(folder.path .. "/www/up/two").size) --> true	490000
