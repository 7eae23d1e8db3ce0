-- link.lua - programs in other languages as strands that use Channels: docs/wire.md is what they see.
--
--     spawn_process{"python3", "worker.py", channel = ch}
--     spawn_process{"python3", "worker.py", input = jobs, output = results, format = "json"}
--
-- The program has one end of a socket, its link. It sends values, which go to the output, and nil, which asks for one item of the
-- input. A task serves it: it reads, and while it waits for room in the output nothing more is read, so the program waits, too.
-- Another one hands out items, as many as were asked for. The program's strand ends after all that it has sent was delivered.

local internal = require "plait.internal"
local plait = require "plait"
local stream = require "plait.stream"
local streams = require "plait.streams"

local raw = streams.raw
local AT_ONCE = 1 << 16
local own = { channel = true, input = true, output = true, format = true }

local link = {}

------------------------------------------------------------------------------------------------------------ the values

local Link = {}
Link.__index = Link

-- Starts the program. The caller lets go of the link in the end, else the program's strand never ends.
function link.open(words, caller, format)
    local self = { program = tostring(words[1]), format = format, frames = internal.foreign_frames(format) }
    self.handle = internal.spawn_program(words, caller, format)
    self.stream = internal.program_link(self.handle).raw
    return setmetatable(self, Link)
end

-- What is there already -> true, value; nothing; or raises
local function take(self)
    local is_there, value = self.frames:next()
    if is_there == false then internal.raise("protocol", ("%s sent %s"):format(self.program, value)) end
    return is_there, value
end

-- -> true, value; or nothing, at the end, with a message if that is in the middle of one. Raises kind "protocol".
function Link:receive()
    while true do
        local is_there, value = take(self)
        if is_there then return true, value end
        local bytes = raw.read(self.stream, AT_ONCE)
        if not bytes or bytes == "" then
            local rest = self.frames:rest()
            return nil, rest and ("%s sent %s"):format(self.program, rest)
        end
        self.frames:feed(bytes)
    end
end

-- Whether the program has closed its end, as far as is known without waiting.
function Link:is_over()
    while raw.is_ready(self.stream) do
        local bytes = raw.read(self.stream, AT_ONCE)
        if not bytes or bytes == "" then return true end
        self.frames:feed(bytes)
    end
    return false
end

-- Raises kind "send" if the value cannot be expressed. False: the program has closed its end.
function Link:send(value) return self:write(internal.foreign_encode(self.format, value)) end

function Link:write(bytes) return raw.write(self.stream, bytes) ~= nil end

-- Nothing more is sent: the program reads to the end.
function Link:finish() return raw.shutdown(self.stream) end

-- Whether the error is that of the program, and not of whoever serves it.
local kinds = { protocol = true, send = true, closed = true }

-- Done with it, because of an error or not. `is_end`: it is known by the end of the link alone.
function Link:let_go(kind, why, is_end)
    internal.program_let_go(self.handle, kind, why, is_end)
    raw.close(self.stream)
end

-- Its message without a place, which would be that of whoever started the program.
local function plain(err) return (err.message:gsub("^[^\n:]+:%d+: ", "")) end

-- The program has done something wrong, or cannot be served any more: it fails with that error, and is ended.
function Link:fail(err)
    local kind = plait.kind(err)
    if kind == "send" then
        self:let_go(kind, ("cannot send to %s: %s"):format(self.program, plain(err)))
    elseif kinds[kind] then
        self:let_go(kind, plain(err))
    elseif kind == "cancelled" then
        self:let_go()
    else
        self:let_go("protocol", ("%s is served no more: %s"):format(self.program, tostring(err)))
    end
    self.handle:cancel()
end

---------------------------------------------------------------------------------------------------------- the channels

-- Hands out what was asked for.
local function feed(self)
    while self.asked > 0 do
        local value = self.input:recv()
        if value == nil then
            self.is_over = true
            return self.link:finish()
        end
        self.asked = self.asked - 1
        if not self.link:send(value) then return end
    end
end

local function feed_aside(self)
    local ok, err = pcall(feed, self)
    self.feeder = nil
    if not ok and plait.kind(err) ~= "cancelled" then self.link:fail(err) end
end

local function note_request(self)
    if not self.input then
        internal.raise("protocol", self.link.program .. " asked for an item, and has no input")
    end
    self.asked = self.asked + 1
    if self.feeder or self.is_over then return end
    self.feeder = internal.async{ feed_aside, self, daemon = self.is_daemon, name = self.name }
end

local function deliver(self, value)
    if not self.output then
        internal.raise("protocol", self.link.program .. " sent an item, and has no output")
    end
    local ok, err = pcall(self.output.send, self.output, value)
    if ok then return end
    if plait.kind(err) ~= "closed" then error(err, 0) end
    internal.raise("closed", ("%s sent an item, and the channel is closed"):format(self.link.program))
end

local function read_all(self)
    while true do
        local is_there, value = self.link:receive()
        if not is_there then return value end
        if value == nil then
            note_request(self)
        else
            deliver(self, value)
        end
    end
end

local Served = {}

function Served:__close()
    local feeder = self.feeder
    if feeder then
        feeder:cancel()
        pcall(feeder.await, feeder)
    end
    self.link:let_go()
end

local function serve(self)
    local _ <close> = self
    local ok, rest = pcall(read_all, self)
    if not ok then
        self.link:fail(rest)
    elseif rest then
        self.link:let_go("protocol", rest, true)
    end
end

-------------------------------------------------------------------------------------------------------------- the start

function link.check_format(format, caller)
    if format == nil then return "msgpack" end
    if format == "msgpack" or format == "json" then return format end
    stream.usage("%s: format is %s, not \"msgpack\" or \"json\"", caller, internal.describe(format))
end

local function check_channel(words, name)
    local channel = words[name]
    if channel == nil or (type(channel) == "userdata" and internal.object_kind(channel) == "Channel") then return channel end
    stream.usage("spawn_process: %s is %s, not a Channel", name, internal.describe(channel))
end

-- spawn_process of a table with a channel, an input or an output -> handle
function link.spawn(options)
    local words = {}
    for key, value in next, options do
        if not own[key] then words[key] = value end
    end
    local format = link.check_format(options.format, "spawn_process")
    local channel = check_channel(options, "channel")
    local input, output = check_channel(options, "input"), check_channel(options, "output")
    if channel and (input or output) then
        stream.usage("spawn_process: there is a channel, and an input or output besides; write one or the other")
    end
    if not (channel or input or output) then
        stream.usage("spawn_process: there is a format, and no channel, input or output")
    end
    local opened = link.open(words, "spawn_process", format)
    local self = setmetatable({ link = opened, input = channel or input, output = channel or output, asked = 0,
        is_daemon = words.daemon, name = "channel of " .. opened.program }, Served)
    local task = internal.async{ serve, self, daemon = self.is_daemon, name = self.name }
    task:on_done(function() opened:let_go() end) -- also if it never begins
    -- One that was cancelled does not wait for what it has sent to be taken.
    opened.handle:on_done(function() task:cancel() end)
    return opened.handle
end

return link
