-- Bodies of requests: at once, by lines and counts, in chunks; nothing is read that the handler does not take.
local web = require "web"
local handlers = {}
local server <close> = assert(plait.http.serve("localhost:0", function(request) return handlers[request.path:sub(2)](request) end,
    { body_limit = 1 << 30 }))
function handlers.all(request) return request:body() end
function handlers.lines(request)
    local list = {}
    for line in request:lines() do list[#list + 1] = line end
    return table.concat(list, "|")
end
function handlers.count(request) return request:read(3) .. "|" .. request:read("n") .. "|" .. request:body() end
function handlers.until_mark(request) return request:read_until("--") .. "|" .. request:read("a") end
function handlers.size(request)
    local size = 0
    for piece in function() return request:read(100000) end do size = size + #piece end
    return tostring(size)
end
print(web.ask(server, "POST", "/all", nil, "the body").body) --> the body
print(web.ask(server, "PUT", "/lines", nil, "a\nb\n\nc").body) --> a|b||c
print(web.ask(server, "PUT", "/count", nil, "abc12 rest").body) --> abc|12| rest
print(web.ask(server, "PUT", "/until_mark", nil, "a-b--c").body) --> a-b|c
print(web.ask(server, "POST", "/all", nil, "").body == "") --> true
local much = ("0123456789abcdef"):rep(1 << 18)
print(web.ask(server, "POST", "/size", nil, much).body, #much) --> 4194304	4194304
print(web.ask(server, "POST", "/all", nil, much).body == much) --> true

-- In chunks, cut at any place; what stands behind them is left out.
local chunked = "POST /all HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nWiki\r\n6\r\npedia \r\nB\r\nin \r\nchunks\r\n0\r\nX-Trailer: 1\r\n\r\n"
for step in pairs{ [1] = true, [7] = true, [#chunked] = true } do
    local conn <close> = web.open(server)
    for i = 1, #chunked, step do
        conn:write(chunked:sub(i, i + step - 1))
        if step < 20 then plait.yield() end
    end
    if web.answer(conn).body ~= "Wikipedia in \r\nchunks" then print("step", step) end
    conn:write(web.request("POST", "/all", nil, "and on it goes"))
    if web.answer(conn).body ~= "and on it goes" then print("after step", step) end
end

-- A client that asks first is told to go on when the body is wanted, and not when it is not.
function handlers.refuses() return { status = 401, body = "no" } end
do
    local conn <close> = web.open(server, "POST /all HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
    print(web.answer(conn).status) --> 100
    conn:write("body")
    print(web.answer(conn).body) --> body
end
do
    local conn <close> = web.open(server, "POST /refuses HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
    local answer = web.answer(conn)
    print(answer.status, answer.headers.connection, conn:read(1)) --> 401	close	nil
end
-- One that answers early: the client may be sending still, and gets the answer all the same.
do
    local conn <close> = web.open(server, "POST /refuses HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n" .. ("x"):rep(100000))
    local answer = web.answer(conn)
    print(answer.status, answer.headers.connection, answer.body, conn:read(1)) --> 401	close	no	nil
end
-- The answer begins before the body has ended.
function handlers.echo(request)
    return { body = function()
        local piece, message = request:read("L")
        return piece and piece:upper(), message
    end }
end
do
    local conn <close> = web.open(server, "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _, word in ipairs{ "one\n", "two\n" } do
        conn:write(("%x\r\n%s\r\n"):format(#word, word))
        print(conn:read_until(word:upper()) ~= nil)
    end
    --> true
    --> true
    conn:write("0\r\n\r\n")
    print(conn:read("a") == "\r\n0\r\n\r\n") --> true
end
-- A handler that does not read holds up the client.
local may_read = plait.Event()
function handlers.late(request)
    may_read:wait()
    return handlers.size(request)
end
do
    local total = 64 << 20
    local conn <close> = web.open(server, "POST /late HTTP/1.1\r\nHost: t\r\nContent-Length: " .. total .. "\r\n\r\n")
    local sent, piece = 0, ("x"):rep(1 << 20)
    while conn:write(piece, { timeout = 0.2 }) do sent = sent + #piece end
    print(sent < total // 2) --> true
    conn:close() -- how much of the last piece was sent nobody knows
    may_read:set()
end
-- Reading takes a time-out, and loses nothing.
local outcome = plait.Channel(1)
function handlers.hurried(request)
    local first, why = request:read(4, { timeout = 0.01 })
    outcome:send(tostring(first) .. " " .. tostring(why))
    return request:read(4)
end
do
    local conn <close> = web.open(server, "POST /hurried HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nab")
    print(outcome:recv()) --> nil timeout
    conn:write("cd")
    print(web.answer(conn).body) --> abcd
end
