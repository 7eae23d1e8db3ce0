-- What is too long, too much or too slow.
local web = require "web"
local http = plait.http
local function raw(...)
    local status, body, has_ended = web.raw(...)
    return status, body and (body:gsub("\n$", "")), has_ended
end
local function serve(options, handler)
    return assert(http.serve("localhost:0", handler or function(request) return request:body() end, options))
end
do
    local server <close> = serve{ body_limit = 10, head_limit = 200 }
    local chunked = "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
    print(web.ask(server, "POST", "/", nil, "0123456789").status) --> 200
    print(raw(server, web.request("POST", "/", nil, "0123456789a")))
    --> 413	the body is longer than 10 bytes	true
    print(raw(server, "POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n")) --> 413	the body is longer than 10 bytes	true
    print(raw(server, chunked .. "b\r\n0123456789a\r\n")) --> 413	the body is longer than 10 bytes	true
    do
        local conn <close> = web.open(server, chunked .. "a\r\n0123456789\r\n")
        plait.yield()
        conn:write("1\r\na\r\n")
        local answer = web.answer(conn)
        print(answer.status, answer.headers.connection, conn:read(1)) --> 413	close	nil
    end
    print(raw(server, "GET / HTTP/1.1\r\nHost: t\r\nX: " .. ("x"):rep(200) .. "\r\n\r\n")) --> 431	the head is too long	true
    print(raw(server, "GET /" .. ("x"):rep(200) .. " HTTP/1.1\r\nHost: t\r\n\r\n")) --> 414	the target is too long	true
    print((raw(server, "GET / HTTP/1.1\r\nHost: t\r\n" .. ("X: y\r\n"):rep(100000)))) --> 431
    print(server.requests) --> 2
end
do
    local server <close> = serve{ head_limit = 65536 }
    print(raw(server, "GET / HTTP/1.1\r\nHost: t\r\n" .. ("X: y\r\n"):rep(300) .. "\r\n")) --> 431	there are too many header fields	true
    print(raw(server, "GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\nX: " .. ("x"):rep(60000) .. "\r\n\r\n")) --> 200		true
end
-- Connections: those that are too many wait until one of the others ends.
do
    local server <close> = serve{ connections = 2 }
    local one <close> = web.open(server, web.request("GET", "/"))
    local two <close> = web.open(server, web.request("GET", "/"))
    print(web.answer(one).status, web.answer(two).status) --> 200	200
    local three <close> = web.open(server, web.request("GET", "/"))
    print(three:read(1, { timeout = 0.05 })) --> nil	timeout
    print(server.connections) --> 2
    one:close()
    print(web.answer(three).status) --> 200
end
-- Time.
do
    local server <close> = serve{ idle_timeout = 0.05 }
    local conn <close> = web.open(server)
    print(conn:read(1)) --> nil
    local used <close> = web.open(server, web.request("GET", "/"))
    print(web.answer(used).status, used:read(1)) --> 200	nil
end
do
    local server <close> = serve({ idle_timeout = 0.02 }, function() -- a handler is not idle
        sleep(0.1)
        return "slept"
    end)
    print(web.ask(server, "GET", "/").body) --> slept
end
do
    local server <close> = serve{ read_timeout = 0.05 }
    print(raw(server, "GET / HTTP/1.1\r\nHo")) --> 408	the request did not come in time	true
    print(raw(server, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")) --> 408	Request Timeout	true
end
do -- of the whole head, however often something of it comes
    local server <close> = serve{ read_timeout = 0.2 }
    local conn <close> = web.open(server, "GET / HTTP/1.1\r\nHost: t\r\n")
    local drip = async(function()
        while conn:write("X: y\r\n") do sleep(0.01) end
    end)
    print(web.answer(conn).status) --> 408
    drip:cancel()
    pcall(await, drip)
end
do -- a client that does not take its answer
    local much = ("x"):rep(64 << 20)
    local server <close> = serve({ send_timeout = 0.05 }, function() return much end)
    local conn <close> = web.open(server, web.request("GET", "/"))
    while server.requests == 0 or server.connections > 0 do sleep(0.001) end
    print(#conn:read("a") < #much) --> true
end
