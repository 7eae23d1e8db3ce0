-- Bodies in pieces, both ways; what is not read is not received.
local servers = require "servers"
local http, fs = plait.http, plait.fs
local folder <close> = fs.temp_folder()
-- Says what it was sent, as it came and in all.
local echo <close> = servers.raw(function(conn)
    local head = servers.read_head(conn)
    local chunked, length, body = head:find("chunked", 1, true), tonumber(head:match("Content%-Length: (%d+)")), ""
    local count = 0
    if chunked then
        for size in conn:lines() do
            size = tonumber(size:match("%x+"), 16)
            body = body .. conn:read(size)
            conn:read("l")
            count = count + 1
            if size == 0 then break end
        end
    elseif length and length > 0 then
        body = conn:read(length)
    end
    conn:write("HTTP/1.1 200 OK\r\nX-Type: ", head:match("Content%-Type: ([^\r]*)") or "-", "\r\nX-How: ",
        chunked and "chunked" or tostring(length), "\r\nContent-Length: ", #body, "\r\n\r\n", body)
end)
local function show(r, message, code)
    if not r then return print(nil, (message:gsub("127.0.0.1:%d+", "HOST")), code) end
    print(r.headers["x-how"], r.headers["x-type"], #r.body < 50 and "[" .. r.body .. "]" or #r.body)
end
show(http.post(echo.url, "text")) --> 4	-	[text]
show(http.post(echo.url)) --> 0	-	[]
show(http.put(echo.url, "", { headers = { ["Content-Type"] = "text/x" } })) --> 0	text/x	[]
show(http.post(echo.url, nil, { form = { b = "x y&z", a = { 1, 2 } } })) --> 19	application/x-www-form-urlencoded	[a=1&a=2&b=x%20y%26z]
show(http.post(echo.url, ("x"):rep(3000000))) --> 3000000	-	3000000
-- A function, which may wait; empty pieces are not the end.
local pieces = { "one ", "", "two ", ("x"):rep(20) }
local function next_piece()
    plait.yield()
    return table.remove(pieces, 1)
end
show(http.post(echo.url, next_piece)) --> chunked	-	[one two xxxxxxxxxxxxxxxxxxxx]
pieces = { "12", "34" }
show(http.put(echo.url, next_piece, { headers = { ["Content-Length"] = 4 } })) --> 4	-	[1234]
-- A stream, and a file from where it is.
local p = spawn_process{ "seq", "5", stdout = "pipe" }
show(http.request{ url = echo.url, method = "PATCH", body = p.stdout }) --> chunked	-	[1
-->2
-->3
-->4
-->5
-->]
await(p)
assert(fs.write(folder.path .. "/f", "0123456789"))
local f <close> = fs.open(folder.path .. "/f")
f:read(3)
show(http.put(echo.url, f)) --> 7	-	[3456789]
-- A source that fails, or gives what is no bytes.
show(http.post(echo.url, function() return nil, "no luck", 5 end)) --> nil	http://HOST: the body to send: no luck	5
print(pcall(http.post, echo.url, function() error("wrong", 0) end)) --> false	wrong
local ok, err = pcall(http.post, echo.url, function() return 5 end)
print(plait.kind(err), (err.message:gsub("^%S+ ", ""))) --> usage	http.post: the body's function returned 5 (a number), not a string or nil
-- What was given in pieces cannot be sent once more.
local moved <close> = servers.raw(function(conn)
    servers.read_head(conn)
    conn:read_until("0\r\n\r\n")
    conn:write("HTTP/1.1 307 There\r\nLocation: " .. echo.url .. "\r\nContent-Length: 0\r\n\r\n")
end)
pieces = { "once" }
show(http.post(moved.url, next_piece)) --> nil	http://HOST: the body was sent in pieces, and cannot be sent once more	22

-- Reading: lines as they come.
local go = plait.Event()
local slow <close> = servers.raw(function(conn)
    servers.read_head(conn)
    conn:write("HTTP/1.1 200 OK\r\n\r\none\ntw")
    go:wait()
    conn:write("o\n-three")
end)
do
    local r <close> = http.get(slow.url, { stream = true })
    print((tostring(r):gsub("http.*%d", "URL")), r.status, r:read("l"), r.body) --> response (200, URL)	200	one	nil
    print(r:read("l", { timeout = 0.01 })) --> nil	timeout
    go:set()
    print(r:read("l"), r:read_until("-") == "", r:read("a"), r:read("l")) --> two	true	three	nil
    r:close()
    local ok, err = pcall(r.read, r)
    print(plait.kind(err), err.message:match("read: attempt to use a closed response")) --> usage	read: attempt to use a closed response
end
for line in http.get(slow.url, { stream = true }):lines() do print(line) end
--> one
--> two
--> -three
-- A slow reader makes the server wait.
local sent, total = 0, 1 << 25
local much <close> = servers.raw(function(conn)
    servers.read_head(conn)
    conn:write("HTTP/1.1 200 OK\r\nContent-Length: ", total, "\r\n\r\n")
    local block = ("x"):rep(1 << 16)
    while sent < total do
        if not conn:write(block) then break end
        sent = sent + #block
    end
end)
do
    local r <close> = http.get(much.url, { stream = true })
    print(#r:read(10)) --> 10
    for _ = 1, 300 do fs.stat("/") end
    print(sent < total // 2) --> true
    print(#r:read("a")) --> 33554422
end
-- Closed by one strand while another one reads.
go:clear()
local r = http.get(slow.url, { stream = true })
r:read("l")
local reader = async(r.read, r, "l")
plait.yield()
plait.yield()
r:close()
print(await(reader)) --> nil	closed
go:set()
-- Into a file, which is there when it is whole; progress is told.
local path = folder.path .. "/copy"
sent = 0
local last, of
r = http.get(much.url, { into = path, progress = function(done, all) last, of = done, all end })
print(r.size == total, r.body, r.path == path, fs.stat(path).size == total, last == total, of == total)
--> true	nil	true	true	true	true
local short <close> = servers.saying("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")
show(http.get(short.url, { into = path })) --> nil	http://HOST: transfer closed with 5 bytes remaining to read	104
print(fs.stat(path).size == total) --> true
local none <close> = servers.saying("HTTP/1.1 404 None\r\nContent-Length: 4\r\n\r\nnone")
r = http.get(none.url, { into = path })
print(r.status, r.body, r.path) --> 404	none	nil
print(http.get(none.url, { into = "/there/is/none" }).status) --> 404
r, err = http.get(echo.url, { into = "/there/is/none" })
print(r, (err:gsub("%.%d.*part", ".N.part"))) --> nil	/there/is/none.N.part: No such file or directory
print(table.concat(fs.list(folder.path), " ")) --> copy f
