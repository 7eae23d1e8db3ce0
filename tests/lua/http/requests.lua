-- What is asked for is what nginx sees, and its answers are what comes.
local servers = require "servers"
servers.need("openssl")
local folder <close> = plait.fs.temp_folder()
local http = plait.http
assert(plait.fs.mkdir(folder.path .. "/www"))
assert(plait.fs.write(folder.path .. "/www/a.txt", ("some text\n"):rep(1000)))
local nginx <close> = servers.nginx(folder.path)
local url = nginx.url
local r = assert(http.get(url .. "/method"))
print(r.status, r.reason, r.version, r.body, r.url == url .. "/method") --> 200	OK	1.1	GET /method|	true
print(http.head(url .. "/method").body == "", http.delete(url .. "/method").body) --> true	DELETE /method|
print(http.post(url .. "/method", "x").body, http.put(url .. "/method", "x").body, http.patch(url .. "/method", "x").body)
--> POST /method|	PUT /method|	PATCH /method|
print(http.request{ url = url .. "/method", method = "PROPFIND", headers = { ["X-Test"] = "a b", ["X-None"] = "" } }.body)
--> PROPFIND /method|a b
-- The query.
print(http.get(url .. "/method?z=1#there", { query = { b = { "x y", "ä&" }, a = 1 } }).body) --> GET /method?z=1&a=1&b=x%20y&b=%C3%A4%26|
-- Headers: any spelling; those that come twice.
r = http.get(url .. "/twice")
print(r.headers["set-cookie"], r.headers["Set-Cookie"] == r.headers["SET-COOKIE"], r.headers.none) --> a=1, b=2	true	nil
local cookies = {}
for _, pair in ipairs(r.header_list) do
    if pair[1] == "Set-Cookie" then cookies[#cookies + 1] = pair[2] end
end
print(table.concat(cookies, " ")) --> a=1 b=2
print((http.get(url .. "/agent").body:gsub(plait.version:gsub("%.", "%%."), "V"):gsub(", .*", ""))) --> plait/V|deflate
print(http.get(url .. "/agent", { user_agent = "me", decompress = false }).body) --> me|
-- Compressed by the server, and as it is for us.
r = http.get(url .. "/a.txt")
print(#r.body, r.headers["content-encoding"]) --> 10000	gzip
r = http.get(url .. "/a.txt", { decompress = false })
print(#r.body, r.headers["content-encoding"]) --> 10000	nil
-- A status is an answer; check makes an error of it.
r = http.get(url .. "/none")
print(r.status, r.reason, #r.body > 0) --> 404	Not Found	true
local ok, err = pcall(http.get, url .. "/teapot?secret", { check = true })
print(ok, err.kind, err.status, err.response.body, (err.message:gsub("^%S+ ", ""):gsub("%d+/", "N/")))
--> false	http	418	short
-->	http.get: http://localhost:N/teapot: 418
print(http.get(url .. "/method", { check = true }).status) --> 200
-- Names and passwords: for that host only, and never in what is shown.
local function encoded(text) return (text:gsub("Basic ", "")) end
print(encoded(http.get(url .. "/auth", { auth = { "u", "secret" } }).body)) --> dTpzZWNyZXQ=
r = http.get((url .. "/auth"):gsub("//", "//u:secret@"))
print(encoded(r.body), r.url == url .. "/auth") --> dTpzZWNyZXQ=	true
local other <close> = servers.raw(function(conn)
    local head = servers.read_head(conn)
    conn:write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", head:find("Authorization", 1, true) and "known" or "clean")
end)
local options = { auth = { "u", "secret" }, headers = { Authorization = "Bearer x" } }
print(http.get(other.url, options).body, http.get(url .. "/away?to=" .. other.url, options).body) --> known	clean
-- Through a Unix socket.
local path = folder.path .. "/s"
local listener <close> = plait.net.listen("unix:" .. path)
async(function()
    local conn <close> = listener:accept()
    conn:write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", servers.read_head(conn):match("Host: (%w+)"):sub(1, 2))
end)
print(http.get("http://unix/x", { unix = path }).body) --> un
-- Redirects.
print(http.get(url .. "/here").body, http.get(url .. "/here").url == url .. "/method") --> GET /method|	true
r = http.get(url .. "/here", { follow = false })
print(r.status, r.headers.location == url .. "/method") --> 302	true
print(http.post(url .. "/here", "x").body, http.post(url .. "/see", "x").body, http.post(url .. "/keep", "x").body)
--> GET /method|	GET /method|	POST /method|
-- A connection is used again.
local first = http.get(url .. "/connection").body
print(first == http.get(url .. "/connection").body) --> true
print(http.get(url .. "/method", { version = "1.0" }).version) --> 1.1
