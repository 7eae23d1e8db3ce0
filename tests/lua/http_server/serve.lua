-- Where a server listens, and how it is started.
local web = require "web"
local http, net = plait.http, plait.net
local function hello() return "hello" end
do
    local server <close> = assert(http.serve("localhost:0", hello))
    print(server.port > 0, server.address:match(":(%d+)$") == tostring(server.port)) --> true	true
    print(server.url == "http://" .. server.address .. "/") --> true
    print(http.serve(server.address, hello) == nil, select(2, http.serve(server.address, hello)) == server.address .. ": Address already in use",
        select(3, http.serve(server.address, hello))) --> true	true	98
end
do -- a Unix socket
    local server <close> = assert(http.serve("unix:here.sock", hello))
    print(server.address, server.port, server.url, web.ask(server, "GET", "/").body) --> unix:here.sock	nil	nil	hello
end
print(http.serve("unix:no/such/folder", hello)) --> nil	unix:no/such/folder: No such file or directory	2
do -- a listener of net, which is the server's then
    local listener = assert(net.listen("localhost:0"))
    do
        local server <close> = assert(http.serve(listener, hello))
        print(server.address == listener.address, web.ask(server, "GET", "/").body) --> true	hello
    end
    print(tostring(listener)) --> listener (closed)
end
-- Several at one port: threads that say so.
do
    local first = assert(http.serve("127.0.0.1:0", hello, { reuse_port = true }))
    local ready, go = plait.Event(), plait.Event()
    local thread = spawn_thread(function(address, ready, go)
        local server <close> = assert(plait.http.serve(address, function() return "from a thread" end, { reuse_port = true }))
        ready:set()
        go:wait()
    end, first.address, ready, go)
    ready:wait()
    first:close()
    print(web.ask(first, "GET", "/").body) --> from a thread
    go:set()
    thread:await()
end
-- Not like this.
local function try(...) print((select(2, pcall(http.serve, ...)).message:gsub("^[^:]*:%d+: ", ""))) end
try("localhost:0") --> http.serve: the handler is nil, not a function
try("localhost:0", hello, 7) --> http.serve: options are 7 (a number), not a table
try("localhost:0", hello, { limit = 7 }) --> http.serve: there is no option 'limit'
try("localhost:0", hello, { body_limit = 0 }) --> http.serve: body_limit is 0 (a number), not a whole number above 0
try("localhost:0", hello, { head_limit = 2.0 ^ 20 }) --> http.serve: head_limit is 1048576, and the most is 65536
try("localhost:0", hello, { idle_timeout = -1 }) --> http.serve: idle_timeout is -1 (a number), not a number of seconds
do
    local listener <close> = assert(net.listen("localhost:0"))
    try(listener, hello, { reuse_port = true }) --> http.serve: 'reuse_port' is an option of net.listen, which made the listener
end
-- It stays in its state.
local server <close> = assert(http.serve("localhost:0", hello))
print(select(2, pcall(spawn_thread, print, server)).message:match("a server, which stays in its state; send its address")) --> a server, which stays in its state; send its address
-- Anything that can be called is a handler.
local object <close> = assert(http.serve("localhost:0", setmetatable({}, { __call = function(_, request) return request.method end })))
print(web.ask(object, "PATCH", "/").body) --> PATCH
