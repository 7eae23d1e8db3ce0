-- streams.lua - bytes that have to be waited for: pipes to and from programs, and the standard input.
--
--     for line in p.stdout:lines() do print(line) end
--     p.stdin:write("text\n")
--
-- Strands take turns: a read ends before the next one begins, and so does a write; the two do not wait for each other. Closing
-- waits for nobody: who waits gets nil, "closed".

local internal = require "plait.internal"
local stream = require "plait.stream"

local raw = internal.stream()
local streams = { raw = raw }

local Stream = { __name = "stream", __stays = "a stream, which stays in its state; send what is read from it" }
Stream.__index = Stream
streams.Stream = Stream -- what travels finds its class by this name

-- Messages of the system name the stream; those of plait's own have no number.
local function failure(self, message, code)
    if code then return nil, self.path .. ": " .. message, code end
    return nil, message
end

-------------------------------------------------------------------------------------------------------- handing over

-- A connection travels as a parcel with its descriptor, which becomes a stream when it is first used; so one that nobody receives
-- is closed with its parcel. What was read ahead goes along.

local net

local function sockets()
    net = net or internal.net()
    return net
end

local function refill(reader, wanted, deadline)
    local bytes, message, code = raw.read(reader.raw, wanted, stream.left(deadline))
    if bytes then return bytes end
    return failure(reader, message, code)
end

local function set_up(self, handle)
    local reader = stream.reader()
    reader.path, reader.raw, reader.refill = self.path, handle, refill
    self.raw, self.reader, self.reading, self.writing = handle, reader, internal.turn(), internal.turn()
    return self
end

local function unpack_parcel(self)
    local handle, message = sockets().unpack(self.parcel)
    if message then error(message, 0) end
    local kept = self.kept
    self.parcel, self.kept = nil, nil
    if not handle then
        self.handed = true
        return
    end
    set_up(self, handle)
    if kept then stream.put_back(self.reader, kept) end
end

-- What travels in its place; nil, why it cannot.
function Stream:__hand()
    if self.handed then return nil, "a stream that was handed over" end
    local list = { path = self.path, peer = self.peer, address = self.address, host = self.host, parcel = self.parcel,
        kept = self.kept }
    if not self.parcel then
        local why
        list.parcel, why = sockets().pack(self.raw)
        if not list.parcel then return nil, why end
        self.sent = list.parcel
        if self.reading:is_taken() or self.writing:is_taken() then return nil, "a connection that a strand is using" end
        list.kept = stream.kept(self.reader)
    end
    return setmetatable(list, Stream)
end

-- It was: the message is on its way.
function Stream:__handed()
    if self.parcel then
        sockets().drop(self.parcel)
    else
        sockets().fill(self.sent, self.raw)
        stream.clear(self.reader)
    end
    self.parcel, self.sent, self.kept, self.handed = nil, nil, nil, true
end

local function is_open(self)
    if self.parcel then unpack_parcel(self) end
    return not self.handed and raw.is_open(self.raw)
end

------------------------------------------------------------------------------------------------------------------ turns

-- The turn of one side, to be released, and the deadline; nil, "closed" or "timeout".
local function enter(self, side, name, timeout)
    if getmetatable(self) ~= Stream then
        stream.usage("%s: argument 1 is %s, not a stream", name, internal.describe(self))
    end
    if not is_open(self) then
        stream.usage(self.handed and "%s: attempt to use a stream that was handed over (%s)" or
            "%s: attempt to use a closed stream (%s)", name, self.path)
    end
    local deadline = stream.deadline(timeout)
    local turn, message = self[side]:enter(timeout)
    if not turn then return nil, message end
    if raw.is_open(self.raw) then return turn, deadline end
    turn:leave() -- it was closed meanwhile
    return nil, "closed"
end

-- The same after the handshake, if one has yet to be made: a server's side of TLS does so when it is first used.
local function enter_ready(self, side, name, timeout)
    local turn, deadline = enter(self, side, name, timeout)
    if not turn or not self.hello then return turn, deadline end
    local done, message, code
    do
        local ends <close> = turn
        done, message, code = self:hello(deadline)
    end
    if not done then return nil, message, code end
    return enter(self, side, name, stream.left(deadline))
end

local none = {}

local function timeout_of(options, name) return stream.options(options, none, name).timeout end

-------------------------------------------------------------------------------------------------------------------- read

local read = stream.add_reading(Stream, function(self, name, timeout) return enter_ready(self, "reading", name, timeout) end)

-- What has begun, of one format; the strand has the turn.
local function go_on(self, format)
    local turn <close> = self.reading
    return stream.read(self.reader, { format })
end

Stream.read = raw.read_method(Stream, Stream.read, go_on)

local read_step = raw.read_method(Stream, function(self, format) return read(self, { format }, nil, "lines") end, go_on)
local lines = Stream.lines

function Stream:lines(...)
    local format, more = ...
    if more ~= nil or format ~= nil and format ~= "l" and format ~= "L" then return lines(self, ...) end
    return stream.iterator(self, function() return read_step(self, format) end)
end

------------------------------------------------------------------------------------------------------------------- write

-- stream:write(data...[, {timeout =}]) -> the stream; what was written before the time was over stays written
Stream.write = raw.write_method(Stream, function(self, ...)
    local data, timeout = stream.data("write", ...)
    local turn <close>, deadline, code = enter_ready(self, "writing", "write", timeout)
    if not turn then return stream.failed(deadline, code) end
    local ok, message
    ok, message, code = raw.write(self.raw, data, stream.left(deadline))
    if ok then return self end
    return failure(self, message, code)
end)

-- stream:flush() -> the stream. There is nothing to do; here as files of io have it.
function Stream:flush() return self end

-- stream:shutdown() -> true: nothing more is written, and the other end reads to the end. Of sockets only. Who still writes
-- ends first.
function Stream:shutdown(options)
    local turn <close>, message, code = enter_ready(self, "writing", "shutdown", timeout_of(options, "shutdown"))
    if not turn then return stream.failed(message, code) end
    local ok
    ok, message, code = raw.shutdown(self.raw)
    if ok then return true end
    return failure(self, message, code)
end

-------------------------------------------------------------------------------------------------------------------- TLS

-- stream:start_tls([options]) -> the stream, after the handshake; all goes through TLS from here on. `options`: as net.connect
-- has them for tls, and server = true for the side that has the certificate, and timeout. If it fails the stream is closed.
function Stream:start_tls(options)
    local tls = require "plait.net_tls"
    if options == nil then options = true end
    options = tls.check(options, type(options) == "table" and options.server, "start_tls")
    local reading <close>, deadline = enter(self, "reading", "start_tls", options.timeout)
    if not reading then return nil, deadline end
    local writing <close>, why = enter(self, "writing", "start_tls", stream.left(deadline))
    if not writing then return nil, why end
    if not self.peer or self.hello or tls.info(self) then
        stream.usage("start_tls: %s %s", self.path, self.peer and "has TLS already" or "is no connection")
    end
    return tls.start(self, options, deadline)
end

-- stream:tls([timeout]) -> {version =, cipher =, alpn =, peer =, issuer =, verified =}; nil: it has no TLS
function Stream:tls(options)
    local turn <close>, message, code = enter_ready(self, "writing", "tls", timeout_of(options, "tls"))
    if not turn then return stream.failed(message, code) end
    return require("plait.net_tls").info(self)
end

---------------------------------------------------------------------------------------------------------------- terminals

local MOST = 65535

local function check_size(n, index)
    if math.type(n) == "integer" and n >= 1 and n <= MOST then return end
    stream.usage("resize: argument %d is %s, not a number from 1 to %d", index, internal.describe(n), MOST)
end

-- stream:resize(cols, rows) -> the stream; of a pseudo-terminal. Its programs get SIGWINCH.
function Stream:resize(cols, rows)
    check_size(cols, 1)
    check_size(rows, 2)
    if not raw.is_open(self.raw) then stream.usage("resize: attempt to use a closed stream (%s)", self.path) end
    local ok, message, code = raw.resize(self.raw, cols, rows)
    if ok then return self end
    return failure(self, message, code)
end

------------------------------------------------------------------------------------------------------------------- close

-- stream:close() -> true; once more is harmless
function Stream:close()
    if not is_open(self) then return true end
    raw.close(self.raw)
    stream.clear(self.reader)
    return true
end

Stream.__close = Stream.close

function Stream:__tostring()
    if self.handed then return "stream (handed over)" end
    return ("stream (%s)"):format((self.parcel or raw.is_open(self.raw)) and self.path or "closed")
end

-- The object for a userdata of the host; `path` names it.
function streams.wrap(handle, path)
    return set_up(setmetatable({ path = path }, Stream), handle)
end

return streams
