-- net_udp.lua - datagrams: plait.net.udp.
--
--     local socket <close> = assert(net.udp("localhost:0"))
--     socket:send("hello", "localhost:9999")
--     print(socket:receive(1)) -- data, from
--
-- Strands take turns in sending and in receiving; the two do not wait for each other.

local internal = require "plait.internal"
local stream = require "plait.stream"
local addresses = require "plait.net_address"

local raw = internal.udp()

local Udp = { __name = "udp socket", __stays = "a UDP socket, which stays in its state; send what it receives" }
Udp.__index = Udp

local none = {}

-- Messages name the socket, or where it was to send to.
local function failure(name, message, code)
    return stream.failed(code and ("%s: %s"):format(name, message) or message, code)
end

-- Raises unless it is open.
local function check(self, name)
    if getmetatable(self) ~= Udp then
        stream.usage("%s: argument 1 is %s, not a UDP socket", name, internal.describe(self))
    end
    if not raw.is_open(self.raw) then stream.usage("%s: attempt to use a closed UDP socket (%s)", name, self.name) end
end

-- The turn of one side; nil, "closed" or "timeout".
local function enter(self, side, deadline)
    local turn, message = self[side]:enter(stream.left(deadline))
    if not turn then return nil, message end
    if raw.is_open(self.raw) then return turn end
    turn:leave() -- it was closed meanwhile
    return nil, "closed"
end

-- The address that is meant: a host in figures, the port, its name; nil, message, code.
local function find(address, name, deadline)
    local place, message, code = addresses.place(address, name)
    if not place then return nil, message, code end
    if place.path then stream.usage("%s: %s is no address for UDP", name, place.name) end
    if place.host == "" then return nil, place.port, place.name end
    local hosts
    hosts, message, code = addresses.hosts(place, deadline)
    if not hosts then return nil, message, code end
    return hosts[1], place.port, place.name
end

-- socket:connect(address[, timeout]) -> the socket, which from now on sends there, and receives from there only
function Udp:connect(address, options)
    check(self, "connect")
    local deadline = stream.deadline(stream.options(options, none, "connect").timeout)
    local host, port, name = find(address, "connect", deadline)
    if not host then return stream.failed(port, name) end
    local ok, message, code = raw.connect(self.raw, host, port)
    if not ok then return failure(name, message, code) end
    self.peer = name
    return self
end

-- socket:join(group[, interface]) -> the socket, which from now on receives what is sent to the group, too
function Udp:join(group, interface)
    check(self, "join")
    if type(group) ~= "string" then stream.usage("join: group is %s, not an address", internal.describe(group)) end
    if interface ~= nil and type(interface) ~= "string" then
        stream.usage("join: interface is %s, not the name of an interface", internal.describe(interface))
    end
    local ok, message, code = raw.join(self.raw, group, interface)
    if not ok then return failure(group, message, code) end
    return self
end

-- socket:send(data[, address][, timeout]) -> the socket; one datagram
function Udp:send(data, address, options)
    check(self, "send")
    if type(data) ~= "string" then stream.usage("send: data is %s, not a string", internal.describe(data)) end
    if type(address) == "number" or type(address) == "table" and address.timeout then
        address, options = nil, address
    end
    local deadline = stream.deadline(stream.options(options, none, "send").timeout)
    if not address and not self.peer then stream.usage("send: there is no address, and the socket is not connected") end
    local host, port, name
    if address then
        host, port, name = find(address, "send", deadline)
        if not host then return stream.failed(port, name) end
    end
    local turn <close>, why = enter(self, "sending", deadline)
    if not turn then return nil, why end
    local ok, message, code = raw.send(self.raw, data, host, port, stream.left(deadline))
    if ok then return self end
    return failure(name or self.peer, message, code)
end

-- socket:receive([timeout]) -> data, who has sent it
function Udp:receive(options)
    check(self, "receive")
    local deadline = stream.deadline(stream.options(options, none, "receive").timeout)
    local turn <close>, why = enter(self, "receiving", deadline)
    if not turn then return nil, why end
    local data, from, code = raw.receive(self.raw, stream.left(deadline))
    if data then return data, from end
    return failure(self.peer or self.name, from, code)
end

-- socket:close() -> true; once more is harmless
function Udp:close()
    if getmetatable(self) ~= Udp then check(self, "close") end
    raw.close(self.raw)
    return true
end

Udp.__close = Udp.close

function Udp:__tostring()
    return ("udp socket (%s)"):format(raw.is_open(self.raw) and self.address or "closed")
end

local known = { broadcast = true, reuse = true }

-- net.udp([address[, {broadcast =, reuse =, timeout =}]]) -> socket with .address and .port. Without an address: of every
-- interface, at a port of the system's choice.
local function udp(address, options)
    options = stream.options(options, known, "net.udp")
    for _, option in ipairs{ "broadcast", "reuse" } do
        if options[option] ~= nil and type(options[option]) ~= "boolean" then
            stream.usage("net.udp: %s is %s, not true or false", option, internal.describe(options[option]))
        end
    end
    local host, port, name = nil, 0, "udp"
    if address ~= nil then
        local message
        host, port, name = find(address, "net.udp", stream.deadline(options.timeout))
        if not host and type(port) == "string" then return stream.failed(port, name) end
        if not host then host = "::" end
    end
    local handle, own, code = raw.open(host, port, options.broadcast, options.reuse)
    if not handle then return failure(name, own, code) end
    return setmetatable({ raw = handle, name = own, address = own, port = code, sending = internal.turn(),
        receiving = internal.turn() }, Udp)
end

return { udp = udp }
