-- Time-outs in each phase of a request; and the connections stay of use.
local servers = require "servers"
local http, net = plait.http, plait.net
local function hang(conn) conn:read("a") end
local silent <close> = servers.raw(function(conn) hang(conn) end)
print(http.get(silent.url, 0.01)) --> nil	timeout
print(http.get(silent.url, { timeout = 0 })) --> nil	timeout
print(http.get(silent.url, { timeout = 0.01, stream = true })) --> nil	timeout
print(http.get(silent.url, { timeout = 0.01, into = "x" }), plait.fs.exists("x")) --> nil	false
local half <close> = servers.raw(function(conn)
    servers.read_head(conn)
    conn:write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    hang(conn)
end)
print(http.get(half.url, 0.05)) --> nil	timeout
print(http.get(half.url, { timeout = 0.05, progress = true })) --> nil	timeout
print(http.get(half.url, { timeout = 0.05, into = "x" })) --> nil	timeout
print(table.concat(plait.fs.list("."), " ")) --> timeout.lua
local r <close> = http.get(half.url, { timeout = 5, stream = true })
print(r:read(4), r:read("a", { timeout = 0.01 })) --> half	nil	timeout
-- While the body is sent, and nobody takes it.
local deaf <close> = servers.raw(function(conn) plait.Event():wait(60) end)
print(http.post(deaf.url, ("x"):rep(1 << 25), { timeout = 0.1 })) --> nil	timeout
print(http.post(deaf.url, function() return ("x"):rep(1 << 20) end, { timeout = 0.1 })) --> nil	timeout
print(http.post(deaf.url, function() sleep(0.01) return "x" end, { timeout = 0.1 })) --> nil	timeout
-- While it connects: a listener whose queue is full.
local full <close> = net.listen("127.0.0.1:0", { backlog = 0 })
local waiting = {}
for i = 1, 3 do waiting[i] = net.connect(full.address, 0.05) end
print(http.get("http://" .. full.address, { connect_timeout = 0.05 })) --> nil	timeout
print(http.get("http://" .. full.address, { timeout = 0.05 })) --> nil	timeout
local ok, err = pcall(function()
    local limit <close> = plait.deadline(0.01)
    http.get(silent.url)
end)
print(plait.kind(err)) --> timeout
