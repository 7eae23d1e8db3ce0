-- http.files: a folder, and nothing else.
local web = require "web"
local fs, http = plait.fs, plait.http
fs.mkdir("public/sub", { parents = true })
fs.mkdir("public/.git")
fs.write("secret.txt", "secret")
fs.write("public/index.html", "<p>index</p>")
fs.write("public/sub/a b.txt", "0123456789")
fs.write("public/data", "")
fs.write("public/.hidden", "hidden")
fs.write("public/.git/config", "hidden")
fs.symlink("../secret.txt", "public/link.txt")
fs.symlink("..", "public/up")
fs.mkdir("public/out")
fs.symlink("../../secret.txt", "public/out/index.html")
fs.symlink("sub/a b.txt", "public/inside.txt")
local server <close> = assert(http.serve("localhost:0", http.files("public", { headers = { ["X-Own"] = "1" }, types = { data = "x/y" } })))
local function try(method, target, headers)
    local answer = web.ask(server, method, target, headers)
    print(answer.status, answer.body and answer.body:gsub("\n", "") or "", answer.headers["content-type"])
    return answer
end
local function get(target) return try("GET", target) end
print(get("/").headers["x-own"])
--> 200	<p>index</p>	text/html; charset=utf-8
--> 1
get("/sub/a%20b.txt?v=1") --> 200	0123456789	text/plain; charset=utf-8
get("//sub//a%20b.txt") --> 200	0123456789	text/plain; charset=utf-8
get("/data") --> 200		application/octet-stream
get("/inside.txt") --> 200	0123456789	text/plain; charset=utf-8
print(try("HEAD", "/inside.txt").headers["content-length"])
--> 200		text/plain; charset=utf-8
--> 10
print(get("/sub?q=1").headers.location)
--> 301		nil
--> /sub/?q=1
get("/sub/") --> 404	Not Found	text/plain; charset=utf-8
-- Not outside of it, by any way.
for _, target in ipairs{
    "/../secret.txt", "/sub/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt", "/sub/..%5c..%5csecret.txt",
    "/link.txt", "/out/", "/out/index.html", "/up/secret.txt", "/.hidden", "/.git/config", "/%2ehidden", "/index.html/", "/index.html%00.txt", "/none", "/none/none",
    "http://x/../secret.txt", "/./index.html",
} do
    local answer = web.ask(server, "GET", target)
    if answer.status ~= 404 then print(target, answer.status, answer.body) end
end
print(try("POST", "/").headers.allow)
--> 405	Method Not Allowed	text/plain; charset=utf-8
--> GET, HEAD
-- Parts of it.
local function range(text, more)
    local answer = web.ask(server, "GET", "/inside.txt", { "Range: " .. text, more })
    print(answer.status, answer.body, answer.headers["content-range"])
end
range("bytes=0-3") --> 206	0123	bytes 0-3/10
range("bytes=7-") --> 206	789	bytes 7-9/10
range("bytes=-2") --> 206	89	bytes 8-9/10
range("bytes=-99") --> 206	0123456789	bytes 0-9/10
range("bytes=5-99") --> 206	56789	bytes 5-9/10
range("bytes=10-") --> 416		bytes */10
range("bytes=-0") --> 416		bytes */10
range("bytes=3-2") --> 200	0123456789	nil
range("bytes=0-1,4-5") --> 200	0123456789	nil
range("lines=0-1") --> 200	0123456789	nil
-- What the client has already.
local first = web.ask(server, "GET", "/inside.txt")
local tag, date = first.headers.etag, first.headers["last-modified"]
local function condition(...) print(web.ask(server, "GET", "/inside.txt", { ... }).status) end
condition("If-None-Match: " .. tag) --> 304
condition('If-None-Match: "x", W/' .. tag) --> 304
condition("If-None-Match: *") --> 304
condition('If-None-Match: "x"', "If-Modified-Since: " .. date) --> 200
condition("If-Modified-Since: " .. date) --> 304
condition("If-Modified-Since: Fri, 31 Dec 1999 23:59:59 GMT") --> 200
condition("If-Modified-Since: no date") --> 200
range("bytes=0-3", "If-Range: " .. tag) --> 206	0123	bytes 0-3/10
range("bytes=0-3", "If-Range: " .. date) --> 206	0123	bytes 0-3/10
range("bytes=0-3", 'If-Range: "other"') --> 200	0123456789	nil
fs.write("public/sub/a b.txt", "new and longer")
condition("If-None-Match: " .. tag) --> 200
-- Links and hidden files, if that is wanted; another index.
local open <close> = assert(http.serve("localhost:0", http.files("public", { links = true, hidden = true, index = "data" })))
for _, target in ipairs{ "/link.txt", "/up/secret.txt", "/.hidden", "/" } do print(web.ask(open, "GET", target).body) end
--> secret
--> secret
--> hidden
-->
print(web.ask(open, "GET", "/../secret.txt").status) --> 404
-- As part of another handler.
local static = http.files("public")
local both <close> = assert(http.serve("localhost:0", function(request)
    return request.path == "/api" and "api" or static(request)
end))
print(web.ask(both, "GET", "/api").body, web.ask(both, "GET", "/index.html").body, web.ask(both, "GET", "/x").status) --> api	<p>index</p>	404
local function try_files(...) print((select(2, pcall(http.files, ...)).message:gsub("^[^:]*:%d+: ", ""))) end
try_files() --> http.files: folder is nil, not a string
try_files("public", { follow = true }) --> http.files: there is no option 'follow'
-- A folder that is not there yet.
local late <close> = assert(http.serve("localhost:0", http.files("late")))
print(web.ask(late, "GET", "/x").status) --> 404
fs.mkdir("late")
fs.write("late/x", "now")
print(web.ask(late, "GET", "/x").body) --> now
