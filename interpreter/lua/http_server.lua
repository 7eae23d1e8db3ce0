-- plait.http.serve(address, handler[, options]) -> server
--
--     local server <close> = assert(http.serve("localhost:0", function(request)
--         return "hello from " .. request.path .. "\n"
--     end))
--     print(server.url)
--     server:wait()
--
-- A connection has a strand of its own, which reads all that comes on it, and each request one that runs the handler and writes
-- the answer. So the first of the two sees it when the client goes, whatever the handler waits for, and cancels that. Requests
-- that are sent before the last one is answered wait.

local answer = require "plait.http_server_answer"
local internal = require "plait.internal"
local plait = require "plait"
local request_of = require "plait.http_server_request"
local stream = require "plait.stream"

local async = plait.async
local raw, raw_stream = internal.http_server(), internal.stream()
local READ = 1 << 16 -- bytes of one read
local LEAST_WAIT = 0.05 -- seconds between two looks whether a handler still runs
local LINGER = 2 -- seconds in which a client may go on to send what nobody wants

---------------------------------------------------------------------------------------------------------------- options

local defaults = {
    connections = 10000, body_limit = 16 << 20, head_limit = 16 << 10,
    idle_timeout = 60, read_timeout = 30, send_timeout = 60, grace = 5,
}
local of_listener = { tls = true, reuse_port = true, backlog = true, mode = true }
local HEAD_MOST = 64 << 10

local function check_count(name, value)
    local count = type(value) == "number" and math.tointeger(value) -- also of 1e6
    if not count or count < 1 then
        stream.usage("http.serve: %s is %s, not a whole number above 0", name, internal.describe(value))
    end
    return count
end

local function read_options(given)
    local options, listening = {}, {}
    if given ~= nil and type(given) ~= "table" then
        stream.usage("http.serve: options are %s, not a table", internal.describe(given))
    end
    for name, value in pairs(defaults) do options[name] = value end
    for name, value in pairs(given or {}) do
        if of_listener[name] then
            listening[name] = value
        elseif defaults[name] == nil then
            stream.usage("http.serve: there is no option '%s'", tostring(name))
        else
            options[name] = value
        end
    end
    for _, name in ipairs{ "connections", "body_limit", "head_limit" } do
        options[name] = check_count(name, options[name])
    end
    if options.head_limit > HEAD_MOST then
        stream.usage("http.serve: head_limit is %d, and the most is %d", options.head_limit, HEAD_MOST)
    end
    for _, name in ipairs{ "idle_timeout", "read_timeout", "send_timeout", "grace" } do
        if type(options[name]) ~= "number" or not (options[name] >= 0) then
            stream.usage("http.serve: %s is %s, not a number of seconds", name, internal.describe(options[name]))
        end
    end
    return options, listening
end

------------------------------------------------------------------------------------------------- the strand of a request

-- The error of a strand that has ended is told at once: a server may run for years.
local function report(task)
    plait.wait{ task }
    if task:status() == "failed" then raw.report(task) end
end

-- The end of a request, however it comes to it.
local Guard, Ending = {}, {}

local function finish(conn, request)
    request_of.drop(request)
    if conn.server.is_closing then conn.closes = true end -- closed after the head was sent, which does not say so
    if conn.is_broken or conn.closes and request.is_complete then
        raw_stream.close(conn.raw)
    elseif conn.closes then
        raw_stream.shutdown(conn.raw) -- what it still sends is thrown away, or it would lose the answer
    end
    conn.idle_since = plait.now()
    conn.is_busy = false
end

function Ending:__close() finish(self.conn, self.request) end

function Guard:__close(err)
    local conn, request = self.conn, self.request
    if err == nil then return finish(conn, request) end
    local ending <close> = setmetatable({ conn = conn, request = request }, Ending) -- also if this is cancelled
    if not conn.is_given_up or plait.kind(err) ~= "cancelled" then async(report, conn.task) end
    if conn.is_given_up or request.is_answered then
        conn.is_broken = true
    else
        answer.status(conn, request, 500)
    end
end

local function handle(conn, request)
    local guard <close> = setmetatable({ conn = conn, request = request }, Guard)
    answer.send(conn, request, conn.server.handler(request))
end

---------------------------------------------------------------------------------------------- the strand of a connection

local Connection, Handling = {}, {}
Connection.__index = Connection

-- A request that cannot be read is answered, and nothing after it is.
local function refuse(conn, status, problem)
    answer.plain(conn, { keeps_alive = false, method = "GET" }, status, problem .. "\n")
    conn.is_refused = true
    return nil
end

-- The client has gone: nobody wants the answer any more.
local function cancel(conn)
    if not conn.is_busy then return end
    conn.is_given_up = true
    conn.task:cancel("the client has gone")
end

-- More bytes; nil: the connection is over. `deadline`: of a request that has begun. Whoever calls it again after a time-out
-- has to wait then: a strand that is late gets short time-outs at once, and would keep the others from running.
local function read(conn, deadline)
    while true do
        local was_busy, idle = conn.is_busy, conn.options.idle_timeout
        local seconds = deadline and stream.left(deadline) or math.max(0, conn.idle_since + idle - plait.now())
        if was_busy then seconds = math.max(idle, LEAST_WAIT) end
        local bytes, why = raw_stream.read(conn.raw, READ, seconds)
        if bytes and bytes ~= "" then return bytes end
        if why ~= "timeout" then
            cancel(conn)
            return nil
        end
        if deadline then return refuse(conn, 408, "the request did not come in time") end
        if not was_busy then return nil end
    end
end

-- A request from what the reader knows; nil: the head is not complete.
local function new_request(conn, beginning, is_complete)
    local method, target, all, minor, keeps_alive, size = raw.head(conn.reader, request_of.headers)
    if not method then return nil end
    return setmetatable({
        method = method, target = target, headers = all, version = minor == 0 and "1.0" or "1.1", peer = conn.peer,
        keeps_alive = keeps_alive, size = size, beginning = beginning, is_complete = is_complete,
    }, request_of.class)
end

-- The next request, with the beginning of its body; nil: the connection is over.
local function next_request(conn)
    local reader, deadline = conn.reader, nil
    while true do
        local bytes = conn.bytes
        if not bytes then
            if not deadline and raw.is_begun(reader) then deadline = plait.now() + conn.options.read_timeout end
            bytes = read(conn, deadline)
            if not bytes then return nil end
            conn.from = 1
        end
        if conn.is_busy then plait.wait{ conn.task } end -- it was sent before the answer to the last one
        if conn.closes or conn.is_broken then return nil end
        local from, body, is_complete = raw.feed(reader, bytes, conn.from)
        if not from then return refuse(conn, body, is_complete) end
        conn.bytes = from <= #bytes and bytes or nil
        conn.from = from
        local request = new_request(conn, body, is_complete)
        if request then return request end
    end
end

-- Too long, and its size said so. The client has not been told to go on, so it may not have sent it.
local function is_too_long(conn, request)
    local limit = conn.options.body_limit
    return (request.size or 0) > limit or #request.beginning > limit
end

-- Reads the rest of the body for the handler; false: the connection is over.
local function read_body(conn, request)
    local limit, size = conn.options.body_limit, #request.beginning
    while not request.is_complete do
        if request.is_over then return false end
        local bytes, why = raw_stream.read(conn.raw, READ, conn.options.read_timeout)
        if why == "timeout" then
            request_of.finish(request, 408, "the body did not come in time")
            return false
        end
        if not bytes or bytes == "" then
            cancel(conn)
            return false
        end
        local from, body, is_complete = raw.feed(conn.reader, bytes, 1)
        if not from then
            request_of.finish(request, body, is_complete)
            return false
        end
        size = size + #body
        if size > limit then
            request_of.finish(request, 413, ("the body is longer than %d bytes"):format(limit))
            return false
        end
        conn.bytes = from <= #bytes and bytes or nil
        conn.from = from
        request.is_complete = is_complete
        request_of.push(request, body)
    end
    request.channel:close()
    return true
end

local CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n"

-- A handler that answers without having read the body leaves a client that asks first at that.
local function begin_body(conn, request)
    local expects = request.headers.expect
    if not expects or request.version == "1.0" then return true end
    plait.yield()
    if request.is_answered then return false end
    return answer.write(conn, CONTINUE)
end

-- What a client sends that has got its answer already: it is read, so that the answer is not lost.
local function linger(conn)
    local deadline = plait.now() + LINGER
    raw_stream.shutdown(conn.raw)
    while true do
        local bytes = raw_stream.read(conn.raw, READ, stream.left(deadline))
        if not bytes or bytes == "" then return end
    end
end

-- False: the connection is over.
local function serve_request(conn, request)
    if is_too_long(conn, request) then
        return refuse(conn, 413, ("the body is longer than %d bytes"):format(conn.options.body_limit))
    end
    if not request.is_complete then request_of.begin(request) end
    conn.server.requests = conn.server.requests + 1
    conn.is_busy = true
    conn.task = async(handle, conn, request)
    if request.is_complete then return true end
    local goes_on = begin_body(conn, request) and read_body(conn, request)
    if conn.is_busy then plait.wait{ conn.task } end
    if not goes_on then conn.is_refused = true end
    return goes_on
end

-- Takes the stream. The strand that has it may be cancelled before it begins (Server:stop).
local function new_connection(server, object)
    local conn = setmetatable({
        server = server, options = server.options, object = object, raw = object.raw, peer = object.peer,
        reader = assert(raw.reader(server.options.head_limit)), idle_since = plait.now(),
    }, Connection)
    server.open[conn] = true
    server.connections = server.connections + 1
    return conn
end

local function serve_connection(given)
    local conn <close> = given
    local handling <close> = setmetatable({ conn = conn }, Handling)
    conn.has_begun = true
    local hello = conn.object.hello -- of TLS, when the connection is first used
    if hello and not hello(conn.object, plait.now() + conn.options.read_timeout) then return end
    repeat
        local request = next_request(conn)
    until not request or not serve_request(conn, request) or conn.closes and not conn.is_busy
    if conn.is_refused and not conn.is_broken then linger(conn) end
end

-- The handler that still runs. It is waited for, but that may be cancelled.
function Handling:__close()
    local conn = self.conn
    if not conn.is_busy then return end
    conn.is_given_up = true
    conn.task:cancel("the connection was closed")
    plait.wait{ conn.task }
end

function Connection:__close()
    raw_stream.close(self.raw)
    local server = self.server
    if not server.open[self] then return end
    server.open[self] = nil
    server.connections = server.connections - 1
    server.slots:release()
    if server.connections == 0 and server.has_ended_accepting then server.ended:set() end
end

------------------------------------------------------------------------------------------------------------- the server

local Server = { __name = "http server", __stays = "a server, which stays in its state; send its address" }
Server.__index = Server

local function check_server(self, name)
    if getmetatable(self) ~= Server then
        stream.usage("%s: argument 1 is %s, not a server", name, internal.describe(self))
    end
end

-- Stops accepting, and closes connections that wait for nothing.
local function shut(server)
    server.is_closing = true
    server.listener:close()
    for conn in pairs(server.open) do
        if not conn.is_busy and not raw.is_begun(conn.reader) and not conn.is_refused then raw_stream.close(conn.raw) end
    end
end

local Accepting = {}

function Accepting:__close()
    local server = self.server
    server.has_ended_accepting = true
    shut(server)
    if server.connections == 0 then server.ended:set() end
end

local function accept_all(server)
    local accepting <close> = setmetatable({ server = server }, Accepting)
    while true do
        server.slots:acquire()
        if server.is_closing then return end
        local object, why = server.listener:accept()
        if object and server.is_closing then return object:close() end -- it came at the same time
        if object then
            local conn = new_connection(server, object)
            conn.strand = async(serve_connection, conn)
        else
            server.slots:release()
            if why == "closed" then return end
            plait.sleep(0.01) -- a connection that came to nothing; or the system lacks something
        end
    end
end

-- server:close([seconds]) -> true: no more connections; those that have a request get its answer within that time
function Server:close(seconds)
    check_server(self, "close")
    stream.check_seconds(seconds, "close")
    shut(self)
    if not self.ended:wait(seconds or self.options.grace) then self:stop() end
    return true
end

-- server:stop() -> true: all handlers are cancelled
function Server:stop()
    check_server(self, "stop")
    shut(self)
    local open = {}
    for conn in pairs(self.open) do open[#open + 1] = conn end
    for _, conn in ipairs(open) do
        conn.strand:cancel("the server was stopped")
        if not conn.has_begun then conn:__close() end
    end
    self.ended:wait()
    return true
end

-- server:wait([timeout]) -> true once it is closed, and all its strands have ended; nil, "timeout"
function Server:wait(timeout)
    check_server(self, "wait")
    return self.ended:wait(stream.check_seconds(timeout, "wait"))
end

function Server:__close() self:close() end

function Server:__tostring()
    return ("http server (%s)"):format(self.is_closing and "closed" or self.address)
end

local function is_listener(value)
    return type(value) == "table" and value.accept and value.close and value.address and value.host == nil
end

local function listen(address, options)
    local listener = address
    if not is_listener(address) then return require("plait.net").listen(address, options) end
    local name = next(options)
    if name then stream.usage("http.serve: '%s' is an option of net.listen, which made the listener", name) end
    return listener
end

return function(address, handler, given)
    if not internal.is_callable(handler) then
        stream.usage("http.serve: the handler is %s, not a function", internal.describe(handler))
    end
    local options, listening = read_options(given)
    local reader, missing = raw.reader(options.head_limit)
    if not reader then return nil, "http.serve: " .. missing end
    local listener, message, code = listen(address, listening)
    if not listener then return nil, message, code end
    local server = setmetatable({
        listener = listener, address = listener.address, port = listener.port, handler = handler, options = options,
        open = {}, connections = 0, requests = 0, slots = plait.Semaphore(options.connections), ended = plait.Event(),
    }, Server)
    if server.port then server.url = (listening.tls and "https://" or "http://") .. server.address .. "/" end
    server.task = async{ accept_all, server, name = "http server" }
    return server
end
