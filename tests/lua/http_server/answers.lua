-- What a handler may return, and what the client gets.
local web = require "web"
local handlers = {}
local server <close> = assert(plait.http.serve("localhost:0", function(request) return handlers[request.path:sub(2)](request) end))
local function show(answer, ...)
    for _, name in ipairs{ ... } do io.write(name, "=", tostring(answer.headers[name]), " ") end
    local body = answer.body
    print(answer.status, body == "" and "empty" or body and #body > 100 and #body or body)
end
local common = { "content-type", "content-length", "transfer-encoding", "connection" }
local function show_all(answer) show(answer, table.unpack(common)) end

function handlers.text() return "hello" end
show_all(web.ask(server, "GET", "/text"))
--> content-type=text/plain; charset=utf-8 content-length=5 transfer-encoding=nil connection=nil 200	hello
show_all(web.ask(server, "HEAD", "/text"))
--> content-type=text/plain; charset=utf-8 content-length=5 transfer-encoding=nil connection=nil 200	nil
print(web.ask(server, "GET", "/text").headers.date:match("^%a%a%a, %d%d %a%a%a %d%d%d%d %d%d:%d%d:%d%d GMT$") ~= nil) --> true

function handlers.none() end
show(web.ask(server, "GET", "/none")) --> 404	Not Found
--> 

function handlers.table()
    return { status = 201, headers = { ["Set-Cookie"] = { "a=1", "b=2" }, ["Content-Type"] = "text/css", ["X-N"] = 7 }, body = "x" }
end
show(web.ask(server, "GET", "/table"), "set-cookie", "content-type", "x-n") --> set-cookie=a=1 | b=2 content-type=text/css x-n=7 201	x
function handlers.empty() return {} end
show_all(web.ask(server, "GET", "/empty")) --> content-type=nil content-length=0 transfer-encoding=nil connection=nil 200	empty
function handlers.no_content() return { status = 204, body = "is not sent" } end
show_all(web.ask(server, "GET", "/no_content")) --> content-type=text/plain; charset=utf-8 content-length=nil transfer-encoding=nil connection=nil 204	nil
function handlers.odd() return { status = 599, body = "odd" } end
show(web.ask(server, "GET", "/odd")) --> 599	odd

-- Pieces, as they come; one that is empty ends nothing.
function handlers.pieces()
    local list, i = { "one", "", "two" }, 0
    return { body = function()
        i = i + 1
        plait.yield()
        return list[i]
    end }
end
local answer = web.ask(server, "GET", "/pieces")
print(answer.headers["transfer-encoding"], answer.headers["content-length"], table.concat(answer.pieces, "|")) --> chunked	nil	one|two
show_all(web.ask(server, "HEAD", "/pieces")) --> content-type=nil content-length=nil transfer-encoding=chunked connection=nil 200	nil
function handlers.nothing() return { body = function() end } end
show(web.ask(server, "GET", "/nothing"), "transfer-encoding") --> transfer-encoding=chunked 200	empty
function handlers.sized()
    local answer = handlers.pieces()
    answer.headers = { ["content-length"] = 6 }
    return answer
end
show_all(web.ask(server, "GET", "/sized")) --> content-type=nil content-length=6 transfer-encoding=nil connection=nil 200	onetwo
-- HTTP/1.0 has no chunks: the connection ends with the body.
do
    local conn <close> = web.open(server, "GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    show_all(web.answer(conn)) --> content-type=nil content-length=nil transfer-encoding=nil connection=close 200	onetwo
end
-- A piece is on its way before there is the next one.
local go_on = plait.Event()
function handlers.waits()
    local i = 0
    return { body = function()
        i = i + 1
        if i == 2 then go_on:wait() end
        return ({ "first", "second" })[i]
    end }
end
do
    local conn <close> = web.open(server, web.request("GET", "/waits"))
    print(conn:read_until("first") ~= nil) --> true
    go_on:set()
    print(conn:read_until("second") ~= nil) --> true
end

-- Files and streams of plait.
local fs = plait.fs
fs.write("some.txt", ("0123456789"):rep(100000))
function handlers.file() return { file = "some.txt" } end
show_all(web.ask(server, "GET", "/file"))
--> content-type=text/plain; charset=utf-8 content-length=1000000 transfer-encoding=nil connection=nil 200	1000000
function handlers.open_file()
    local file = fs.open("some.txt")
    file:read(5)
    return { body = file }
end
answer = web.ask(server, "GET", "/open_file")
print(#answer.body, answer.body:sub(1, 5)) --> 999995	56789
function handlers.program()
    return { body = plait.spawn_process{ "echo", "from a program", stdout = "pipe" }.stdout }
end
show(web.ask(server, "GET", "/program")) --> 200	from a program
--> 
function handlers.missing() return { file = "missing.txt" } end
show(web.ask(server, "GET", "/missing")) --> 404	Not Found
--> 
-- Much, which does not fit into what the kernel holds.
local much = ("x"):rep(20 << 20)
function handlers.much() return much end
print(web.ask(server, "GET", "/much").body == much) --> true
function handlers.much_in_table() return { body = much } end
print(web.ask(server, "GET", "/much_in_table").body == much) --> true
print(server.requests > 15, tostring(server) == "http server (" .. server.address .. ")") --> true	true
