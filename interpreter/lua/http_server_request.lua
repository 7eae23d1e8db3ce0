-- http_server_request.lua - what a handler is given: method, path, query, headers, and the body as it comes.
--
--     local text = request:body()                          -- all of it
--     for line in request:lines() do print(line) end       -- or as a stream
--
-- The strand of the connection reads the body; what it has read waits in a channel until the handler takes it. While that is
-- full nothing more is read, so a client cannot send faster than the handler reads.

local headers = require "plait.http_headers"
local internal = require "plait.internal"
local plait = require "plait"
local stream = require "plait.stream"

local Request = { __name = "request", __stays = "a request, which stays in its state; send what is in it" }

local PIECES = 4 -- that may wait in the channel
local EFBIG, EBADMSG, ECONNRESET = 27, 74, 104
local failures = { [413] = EFBIG, [400] = EBADMSG }

---------------------------------------------------------------------------------------------------------- path and query

local function byte(hex) return string.char(tonumber(hex, 16)) end

-- Escapes that are none stay as they are.
local function decode(text) return (text:gsub("%%(%x%x)", byte)) end

-- The path, and the query as it stands. A target may be a whole address, or "*".
local function split(target)
    local rest = target:match("^%a[%w+.-]*://[^/?#]*(.*)$") or target
    local path, query = rest:match("^([^?#]*)%??([^#]*)")
    return path == "" and "/" or path, query
end

local function parse_query(text)
    local last, all = {}, {}
    for pair in text:gmatch("[^&]+") do
        local name, value = pair:match("^([^=]*)=?(.*)$")
        name, value = decode((name:gsub("+", " "))), decode((value:gsub("+", " ")))
        last[name] = value
        local list = all[name]
        if not list then
            list = {}
            all[name] = list
        end
        list[#list + 1] = value
    end
    return last, all
end

-- Fields that are made when they are asked for.
local lazy = {}

function lazy.path(self) return decode((split(self.target))) end

function lazy.query(self)
    local _, text = split(self.target)
    local last, all = parse_query(text)
    self.queries = all
    return last
end

function lazy.queries(self)
    local _ = self.query
    return self.queries
end

local methods = {}

function Request:__index(name)
    local method = methods[name]
    if method then return method end
    local make = lazy[name]
    if not make then return nil end
    local value = make(self)
    self[name] = value
    return value
end

function Request:__tostring() return ("request (%s %s)"):format(self.method, self.target) end

------------------------------------------------------------------------------------------------------------------ body

local function failure(request)
    local refusal = request.refusal
    if not refusal then return nil, "request: the connection is closed", ECONNRESET end
    return nil, "request: " .. request.problem, failures[refusal]
end

local function refill(reader, _, deadline)
    local request = reader.request
    local channel = request.channel
    if not channel then
        if request.refusal then return failure(request) end
        return ""
    end
    local piece, why = channel:recv(stream.left(deadline))
    if piece then return piece end
    if why ~= "closed" then return nil, why end
    if request.is_complete then return "" end
    return failure(request)
end

-- The turn to read, and the deadline.
local function enter(self, name, timeout)
    if getmetatable(self) ~= Request then
        stream.usage("%s: argument 1 is %s, not a request", name, internal.describe(self))
    end
    local reader = self.reader
    if not reader then
        reader = stream.reader()
        reader.path, reader.request, reader.refill, reader.turn = "request", self, refill, internal.turn()
        if self.beginning ~= "" then
            reader.pieces[1], reader.last, reader.size = self.beginning, 1, #self.beginning
        end
        self.reader = reader
    end
    local deadline = stream.deadline(timeout)
    local turn, message = reader.turn:enter(timeout)
    if not turn then return nil, message end
    return turn, deadline
end

-- request:read, :lines, :read_until: as those of a stream
local read = stream.add_reading(methods, enter)

local all, none = { "a" }, {}

-- request:body([timeout]) -> all that has not been read of it; "" if there is none
function methods:body(options)
    return read(self, all, stream.options(options, none, "body").timeout, "body")
end

------------------------------------------------------------------------------------------- for the strand that reads it

local request = { class = Request, headers = getmetatable(headers.new()) }

-- The rest of the body will come in pieces.
function request.begin(self) self.channel = plait.Channel(PIECES) end

-- A piece for the handler; waits while it has enough.
function request.push(self, piece)
    if piece ~= "" and not self.is_over then self.channel:send(piece) end
end

-- There is no more. With a status of HTTP: that is what the client gets, whatever the handler returns.
function request.finish(self, refusal, problem)
    self.refusal, self.problem = refusal, problem
    self.channel:close()
end

-- The handler has ended: who waits to push a piece does not any more.
function request.drop(self)
    self.is_over = true
    local channel = self.channel
    while channel and channel:try_recv() do end
end

return request
