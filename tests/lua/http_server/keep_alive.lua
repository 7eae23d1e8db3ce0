-- Several requests on one connection, sent after each other, at once, or not at all.
local web = require "web"
local running, most = 0, 0
local server <close> = assert(plait.http.serve("localhost:0", function(request)
    running = running + 1
    most = math.max(most, running)
    for _ = 1, tonumber(request.query.turns or 0) do plait.yield() end
    running = running - 1
    return request.path .. request:body()
end))
do
    local conn <close> = web.open(server)
    for i = 1, 100 do
        conn:write(web.request("POST", "/" .. i, nil, "+"))
        local answer = web.answer(conn)
        if answer.body ~= "/" .. i .. "+" or answer.headers.connection then print(i, answer.body) end
    end
    print(server.connections, server.requests) --> 1	100
end
-- All at once: answered one after the other, in their order.
do
    local all = {}
    for i = 1, 50 do all[i] = web.request(i % 3 == 0 and "POST" or "GET", "/" .. i .. "?turns=" .. 10 - i % 10, nil, i % 3 == 0 and "x" or nil) end
    local conn <close> = web.open(server, table.concat(all))
    most = 0
    for i = 1, 50 do
        local answer = web.answer(conn)
        if answer.body ~= "/" .. i .. (i % 3 == 0 and "x" or "") then print(i, answer.body) end
    end
    print(most) --> 1
end
-- Several connections: together.
do
    most = 0
    local tasks = {}
    for i = 1, 20 do tasks[i] = async(web.ask, server, "GET", "/?turns=100") end
    gather(tasks)
    print(most > 5) --> true
end
local function ends(text)
    local conn <close> = web.open(server, text)
    local answer = web.answer(conn)
    conn:write(web.request("GET", "/2"))
    local second = web.answer(conn)
    return answer.headers.connection, second and second.body
end
print(ends(web.request("GET", "/"))) --> nil	/2
print(ends(web.request("GET", "/", { "Connection: close" }))) --> close	nil
print(ends("GET / HTTP/1.0\r\n\r\n")) --> close	nil
print(ends("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")) --> keep-alive	/2
-- The answer may say it, too.
local closing <close> = assert(plait.http.serve("localhost:0", function() return { headers = { Connection = "close" }, body = "x" } end))
local conn <close> = web.open(closing, web.request("GET", "/"))
print(web.answer(conn).headers.connection, conn:read(1)) --> close	nil
-- Many at once.
do
    local conns = {}
    for i = 1, 200 do conns[i] = web.open(server) end
    for round = 1, 2 do
        for i, one in ipairs(conns) do one:write(web.request("GET", "/" .. i)) end
        for i, one in ipairs(conns) do
            local answer = web.answer(one)
            if answer.body ~= "/" .. i then print(round, i, answer.body) end
        end
    end
    print(server.connections >= 200) --> true
    for _, one in ipairs(conns) do one:close() end
end
