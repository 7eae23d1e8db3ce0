-- net.lua - sockets of streams: plait.net.
--
--     local conn <close> = assert(net.connect("localhost:7", { timeout = 1 }))
--     conn:write("hello\n")
--     print(conn:read("l"))
--
--     local listener <close> = assert(net.listen("localhost:0"))
--     for conn in listener do async(serve, conn) end
--
-- A connection is a stream (streams.lua). What needs OpenSSL, names and datagrams are modules of their own, loaded when they are
-- first used.

local internal = require "plait.internal"
local plait = require "plait"
local addresses = require "plait.net_address"
local stream = require "plait.stream"
local streams = require "plait.streams"

local raw = internal.net()
local net = {}

-- nil, message, code with the name of the place; what plait says itself has no number.
local function failure(place, message, code)
    if code then return nil, ("%s: %s"):format(place.name, message), code end
    return nil, message
end

--------------------------------------------------------------------------------------------------------------- options

local function check_flag(options, option, name)
    local value = options[option]
    if value ~= nil and type(value) ~= "boolean" then
        stream.usage("%s: %s is %s, not true or false", name, option, internal.describe(value))
    end
end

local function check_count(options, option, name, least, what)
    local value = options[option]
    if value ~= nil and (math.type(value) ~= "integer" or value < least or value > 0x7fffffff) then
        stream.usage("%s: %s is %s, not %s", name, option, internal.describe(value), what)
    end
end

local function check_tuning(options, name)
    check_flag(options, "nodelay", name)
    if type(options.keepalive) ~= "boolean" then check_count(options, "keepalive", name, 1, "true or a number of seconds") end
end

-- Those that C looks at.
local function tuning(options)
    local keepalive = options.keepalive
    if keepalive == true then keepalive = 0 elseif not keepalive then keepalive = nil end
    return { nodelay = options.nodelay, keepalive = keepalive }
end

-- The module for TLS, if it is asked for; its options are right then.
local function tls_of(options, name, is_server)
    if not options.tls then return end
    local tls = require "plait.net_tls"
    tls.check(options.tls, is_server, name)
    return tls
end

--------------------------------------------------------------------------------------------------------------- connect

local connect_options = { tls = true, from = true, nodelay = true, keepalive = true }

-- Own address: that of the place without a port is "any port".
local function read_from(options, list, name)
    local from = options.from
    if from == nil then return end
    if type(from) ~= "string" then stream.usage("%s: from is %s, not an address", name, internal.describe(from)) end
    local place = raw.place(from) or raw.place(from, 0)
    if not place or not (place.path or place.is_known) then
        stream.usage("%s: from is %q, not an address in figures", name, from)
    end
    list.from, list.from_port = place.path or place.host, place.port
end

-- net.connect(address[, {timeout =, tls =, from =, nodelay = true, keepalive =}]) -> stream with .address and .peer
function net.connect(address, options)
    local place, message, code = addresses.place(address, "net.connect")
    options = stream.options(options, connect_options, "net.connect")
    check_tuning(options, "net.connect")
    local tls = tls_of(options, "net.connect", false)
    local list = tuning(options)
    read_from(options, list, "net.connect")
    if not place then return nil, message, code end
    internal.check_allowed("net connect", "plait.net.connect", place.name)
    if place.host == "" then stream.usage("net.connect: %s names no host", place.name) end
    local deadline = stream.deadline(options.timeout)
    local hosts, prepared
    if tls then
        prepared, message, code = tls.prepare_client(options.tls, place.host, place.name, options.timeout)
        if not prepared then return stream.failed(message, code) end
    end
    hosts, message, code = addresses.hosts(place, deadline)
    if not hosts then return nil, message, code end
    local handle, peer, own = raw.connect(hosts, place.port, list, stream.left(deadline))
    if not handle then return failure(place, peer, own) end
    local conn = streams.wrap(handle, peer)
    conn.address, conn.peer, conn.host = own, peer, place.host
    if not tls then return conn end
    return tls.client(conn, prepared, stream.left(deadline))
end

-------------------------------------------------------------------------------------------------------------- listener

local Listener = {
    __name = "listener",
    __stays = "a listener, which stays in its state",
}
Listener.__index = Listener
net.Listener = Listener -- what travels finds its class by this name

-- One that has travelled has a parcel with its descriptor until it is first used.
local function unpack_parcel(self)
    local handle, message = raw.unpack_listener(self.parcel, self.tuning)
    if not handle and message then error(message, 0) end
    self.parcel, self.raw = nil, handle
end

local function check(self, name)
    if getmetatable(self) ~= Listener then
        stream.usage("%s: argument 1 is %s, not a listener", name, internal.describe(self))
    end
    if self.parcel then unpack_parcel(self) end
end

local function is_open(self) return self.parcel ~= nil or self.raw ~= nil and raw.is_open(self.raw) end

function Listener:__handed()
    raw.drop(self.sent)
    self.sent = nil
end

-- What travels in its place: another descriptor of the same socket. nil, why it cannot.
function Listener:__hand()
    if self.tls then return nil, "a listener with TLS, which stays in its state" end
    check(self, "hand over")
    if not is_open(self) then return nil, "a closed listener" end
    local parcel, why = raw.pack_listener(self.raw)
    if not parcel then return nil, why end
    self.sent = parcel
    return setmetatable({ name = self.name, address = self.address, port = self.port, tuning = self.tuning, parcel = parcel },
        Listener)
end

-- A stream, or nil, why, code.
local function accept(self, timeout)
    local handle, peer, code = raw.accept(self.raw, timeout)
    if not handle then return failure(self, peer, code) end
    local conn = streams.wrap(handle, peer == "unix:" and self.address or peer) -- most have no name
    conn.address, conn.peer = self.address, peer
    if not self.tls then return conn end
    return require("plait.net_tls").server(conn, self.tls)
end

-- listener:accept([timeout]) -> the next connection; nil, "closed" if it is closed meanwhile
function Listener:accept(timeout)
    check(self, "accept")
    if not is_open(self) then stream.usage("accept: attempt to use a closed listener (%s)", self.name) end
    return accept(self, stream.options(timeout, {}, "accept").timeout)
end

-- for conn in listener do ... end: until it is closed
function Listener:__call()
    check(self, "accept")
    if not is_open(self) then return end
    local conn, message, code = accept(self)
    if conn then return conn end
    if message ~= "closed" or code then error(message, 2) end
end

-- listener:close() -> true; once more is harmless
function Listener:close()
    check(self, "close")
    if self.raw then raw.close(self.raw) end
    return true
end

Listener.__close = Listener.close

function Listener:__tostring()
    return ("listener (%s)"):format(is_open(self) and self.address or "closed")
end

local listen_options = { tls = true, backlog = true, reuse_port = true, mode = true, nodelay = true, keepalive = true }

local function check_listen(options)
    check_tuning(options, "net.listen")
    check_flag(options, "reuse_port", "net.listen")
    check_count(options, "backlog", "net.listen", 0, "a number of connections")
    if options.mode ~= nil then
        return require("plait.fs_file").check_mode("net.listen", options.mode)
    end
end

local EVERYWHERE = { "::", "0.0.0.0" }

-- Listens where it can be done first; or nil, and why not at the first of them.
local function listen_at(hosts, port, list)
    local first, number
    for _, host in ipairs(hosts) do
        local handle, message, code = raw.listen(host, port, list)
        if handle then return handle, message, code end
        if not first then first, number = message, code end
    end
    return nil, first, number
end

-- net.listen(address[, {tls =, backlog =, reuse_port =, mode =, nodelay =, keepalive =, timeout =}]) -> listener
function net.listen(address, options)
    local place, message, code = addresses.place(address, "net.listen")
    options = stream.options(options, listen_options, "net.listen")
    local list = tuning(options)
    list.mode, list.backlog, list.reuse_port = check_listen(options), options.backlog, options.reuse_port
    local tls = tls_of(options, "net.listen", true)
    if not place then return nil, message, code end
    internal.check_allowed("net listen", "plait.net.listen", place.name)
    local deadline = stream.deadline(options.timeout)
    local hosts, prepared = EVERYWHERE, nil
    if tls then
        prepared, message, code = tls.prepare(options.tls, options.timeout)
        if not prepared then return stream.failed(message, code) end
    end
    if place.host ~= "" then
        hosts, message, code = addresses.hosts(place, deadline)
        if not hosts then return nil, message, code end
    end
    local handle, own, port = listen_at(hosts, place.port, list)
    if not handle then return failure(place, own, port) end
    if place.path then port = nil end
    return setmetatable({ raw = handle, name = own, address = own, port = port, tls = prepared, tuning = tuning(options) },
        Listener)
end

----------------------------------------------------------------------------------------------------- modules on demand

local lazy = {
    resolve = function() return require("plait.net_resolve").net_resolve end,
    udp = function() return require("plait.net_udp").udp end,
}

return setmetatable(net, {
    __index = function(_, name)
        local load = lazy[name]
        if not load then return end
        net[name] = load()
        return net[name]
    end,
})
