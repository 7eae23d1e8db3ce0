-- An error in a handler: the client gets a 500, and the script is told at once.
--! status: 1
local web = require "web"
local told = plait.Channel(10)
plait.on_unhandled(function(err, text) told:try_send{ tostring(err):gsub("^[%w_.]+:%d+: ", ""), text } end)
local handlers = {}
local server <close> = assert(plait.http.serve("localhost:0", function(request) return handlers[request.path:sub(2)](request) end))
local function try(name)
    local answer = web.ask(server, "GET", "/" .. name)
    local error = told:recv()
    print(answer and answer.status, error[1])
    return answer
end
function handlers.string() error("boom", 0) end
print(try("string").body == "Internal Server Error\n")
--> 500	boom
--> true
function handlers.table() error(setmetatable({}, { __tostring = function() return "an object" end })) end
try("table") --> 500	an object
function handlers.after_a_wait()
    sleep(0.001)
    error("later", 0)
end
try("after_a_wait") --> 500	later
function handlers.number() return 7 end
try("number") --> 500	http.serve: the handler returned 7 (a number), not a string, a table or nil
function handlers.field() return { text = "x" } end
try("field") --> 500	http.serve: an answer has no field 'text'; there are 'status', 'headers', 'body' and 'file'
function handlers.status() return { status = "200" } end
try("status") --> 500	http.serve: status is "200" (a string), not a number from 200 to 999
function handlers.header() return { headers = { ["X-A"] = "a\r\nX-B: b" } } end
try("header") --> 500	http.serve: header 'X-A' has the end of a line in it
function handlers.own() return { headers = { ["Transfer-Encoding"] = "chunked" } } end
try("own") --> 500	http.serve: the server sets the header 'Transfer-Encoding' itself
function handlers.body() return { body = 7 } end
try("body") --> 500	http.serve: the body of an answer is 7 (a number), not a string, a function, a stream or a file
-- A body that fails at once is a 500; one that fails later is cut, which the client sees.
function handlers.fails_at_once() return { body = function() error("no first piece", 0) end } end
try("fails_at_once") --> 500	no first piece
function handlers.fails_later()
    local i = 0
    return { body = function()
        i = i + 1
        if i == 2 then error("no second piece", 0) end
        return "a piece"
    end }
end
print(try("fails_later").body)
--> 200	no second piece
--> nil
function handlers.returns_a_failure() return { body = function() return nil, "timeout" end } end
try("returns_a_failure") --> 500	timeout
function handlers.no_piece() return { body = function() return 7 end } end
try("no_piece") --> 500	http.serve: the function of a body returned 7 (a number), not a string or nil
function handlers.too_short()
    local answer = handlers.fails_later()
    local next_piece = answer.body
    answer.body = function() if next_piece then local piece = next_piece() next_piece = nil return piece end end
    answer.headers = { ["Content-Length"] = 100 }
    return answer
end
try("too_short") --> 200	http.serve: the body has less than the 100 bytes of its Content-Length
function handlers.too_long()
    local answer = handlers.too_short()
    answer.headers = { ["Content-Length"] = 3 }
    return answer
end
print(web.ask(server, "GET", "/too_long") == nil, told:recv()[1]) --> true	http.serve: the body has more than the 3 bytes of its Content-Length
-- A strand of the handler's that was cancelled: for the handler that is an error like others.
function handlers.awaits()
    local task = async(sleep, 60)
    task:cancel("not needed")
    return await(task)
end
try("awaits") --> 500	cancelled: not needed
-- What cleans up behind a client that has gone may fail, too.
function handlers.cleans_up()
    local mark <close> = setmetatable({}, { __close = function() error("cannot close", 0) end })
    sleep(60)
end
do
    local conn = web.open(server, web.request("GET", "/cleans_up"))
    conn:read(1, { timeout = 0.05 })
    conn:close()
    print(told:recv()[1]) --> cannot close
end
-- The server goes on, on the same connection as well.
function handlers.fine() return "fine" end
do
    local conn <close> = web.open(server, web.request("GET", "/string") .. web.request("GET", "/fine"))
    print(web.answer(conn).status, web.answer(conn).body, told:recv()[1]) --> 500	fine	boom
end
