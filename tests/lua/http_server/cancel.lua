-- Clients that go, handlers that are cancelled, servers that end: nothing is left.
local files = require "files"
local web = require "web"
local http, net = plait.http, plait.net
local said = plait.Channel(100)
-- Tells how the handler ends.
local function marked(f)
    return function(request)
        local mark <close> = setmetatable({}, { __close = function(_, err) said:try_send(tostring(err)) end })
        return f(request)
    end
end
local function wait_for(f)
    while not f() do sleep(0.001) end
end
do -- the client goes while the handler waits
    local server <close> = assert(http.serve("localhost:0", marked(function() sleep(60) end)))
    local conn = web.open(server, web.request("GET", "/"))
    wait_for(function() return server.requests == 1 end)
    conn:close()
    print(said:recv()) --> cancelled: the client has gone
    wait_for(function() return server.connections == 0 end)
end
do -- while it reads the body
    local server <close> = assert(http.serve("localhost:0", marked(function(request) return request:body() end)))
    local conn = web.open(server, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
    wait_for(function() return server.requests == 1 end)
    conn:close()
    print(said:recv()) --> cancelled: the client has gone
end
do -- while the answer is sent
    local much = ("x"):rep(1 << 20)
    local server <close> = assert(http.serve("localhost:0", function()
        return { body = marked(function() return much end) }
    end))
    local conn = web.open(server, web.request("GET", "/"))
    conn:read(1 << 22)
    conn:close()
    wait_for(function() return server.connections == 0 end)
    while said:try_recv() do end
end
do -- close: who has a request gets the answer, who has none is let go of, nobody else is accepted
    local go_on = plait.Event()
    local server = assert(http.serve("localhost:0", function()
        go_on:wait()
        return "done"
    end))
    local idle <close> = web.open(server)
    local conn <close> = web.open(server, web.request("GET", "/"))
    wait_for(function() return server.requests == 1 and server.connections == 2 end)
    local closing = async(server.close, server)
    print(idle:read(1)) --> nil
    print(select(3, net.connect(server.address)), server:wait(0), tostring(server)) --> 111	nil	http server (closed)
    go_on:set()
    local answer = web.answer(conn)
    print(answer.body, answer.headers.connection, await(closing), server:wait(), server:close(), server:stop())
    --> done	close	true	true	true	true
end
do -- close while the last piece is sent, of which the head has said nothing: the connection does not stay
    local go_on, times = plait.Event(), 0
    local server = assert(http.serve("localhost:0", function()
        return { headers = { ["Content-Length"] = "2" }, body = function()
            times = times + 1
            if times == 1 then return "ok" end
            go_on:wait()
        end }
    end, { grace = 3600 }))
    local conn <close> = web.open(server, web.request("GET", "/"))
    local answer = web.answer(conn)
    local closing = async(server.close, server)
    plait.yield()
    go_on:set()
    print(answer.body, answer.headers.connection, conn:read(1), await(closing)) --> ok	nil	nil	true
end
do -- who does not end is cancelled
    local server = assert(http.serve("localhost:0", marked(function() sleep(60) end)))
    local conn <close> = web.open(server, web.request("GET", "/"))
    wait_for(function() return server.requests == 1 end)
    print(server:close(0.01), said:recv(), conn:read(1)) --> true	cancelled: the connection was closed	nil
end
do -- at once
    local server = assert(http.serve("localhost:0", marked(function() sleep(60) end)))
    local conn <close> = web.open(server, web.request("GET", "/"))
    local other <close> = web.open(server)
    wait_for(function() return server.requests == 1 end)
    print(server:stop(), said:recv(), conn:read(1), other:read(1)) --> true	cancelled: the connection was closed	nil	nil
end
do -- by a handler
    local server
    server = assert(http.serve("localhost:0", function()
        async(server.close, server)
        return "bye"
    end))
    print(web.ask(server, "GET", "/").body, server:wait()) --> bye	true
    server = assert(http.serve("localhost:0", function() server:stop() end))
    print(web.ask(server, "GET", "/"), server:wait()) --> nil	true
end
-- At any moment of anything.
local texts = {
    web.request("GET", "/"), web.request("POST", "/", nil, ("x"):rep(100000)):sub(1, 60000),
    "POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", "GET / HTTP/1.1\r\nHo", "",
    web.request("GET", "/stream"), web.request("GET", "/file"), "nonsense\r\n\r\n", web.request("GET", "/"):rep(3),
}
plait.fs.write("file", ("x"):rep(1 << 20))
local function handler(request)
    local body = request:body()
    plait.yield()
    if request.path == "/file" then return { file = "file" } end
    if request.path == "/stream" then return { body = function()
        plait.yield()
        return "more"
    end } end
    return body
end
local before
for round = 1, 2 do
    for moment = 0, 12 do
        for _, text in ipairs(texts) do
            local server = assert(http.serve("localhost:0", handler))
            local conn <close> = web.open(server, text)
            for _ = 1, moment do plait.yield() end
            if moment % 3 == 0 then conn:close() end
            if moment % 2 == 0 then server:stop() else server:close(0) end
        end
    end
    collectgarbage()
    before = before or files.count_open()
end
print(files.wait_for_open(before)) --> true
-- A state that ends, with requests under way. A thread has descriptors of its own, which are none of sockets.
local function count_sockets()
    local pipe <close> = io.popen("ls -l /proc/" .. plait.pid() .. "/fd 2>/dev/null | grep -c socket:")
    return pipe:read("n")
end
before = count_sockets()
for _ = 1, 10 do
    local address = plait.Channel(1)
    local thread = spawn_thread(function(address)
        local server = assert(plait.http.serve("localhost:0", function() sleep(60) end))
        address:send(server.address)
        sleep(60)
    end, address)
    local conn <close> = assert(net.connect(address:recv()))
    conn:write(web.request("GET", "/"))
    thread:cancel()
    pcall(await, thread)
    conn:read(1)
end
print(before, count_sockets()) --> 0	0
