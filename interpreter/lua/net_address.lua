-- net_address.lua - addresses as scripts write them, for the modules of plait.net.

local internal = require "plait.internal"
local stream = require "plait.stream"

local raw = internal.net()
local addresses = {}

-- What the address says: {name =, host =, port =, is_known =} or {name =, path =}; nil, message, code.
local function parse(address, name)
    if type(address) == "table" then
        local path, host, port = address.path, address.host, address.port
        if path ~= nil and type(path) ~= "string" then
            stream.usage("%s: path is %s, not a string", name, internal.describe(path))
        end
        if path == nil and type(host) ~= "string" then
            stream.usage("%s: host is %s, not a string", name, internal.describe(host))
        end
        if path == nil and not math.tointeger(port) then
            stream.usage("%s: port is %s, not a number from 0 to 65535", name, internal.describe(port))
        end
        return raw.place(path or host, math.tointeger(port), path ~= nil)
    end
    if type(address) == "string" then return raw.place(address) end
    stream.usage("%s: address is %s, not a string such as \"localhost:80\" or \"unix:/path\"", name,
        internal.describe(address))
end

-- The same, where only what no address could be is an error.
function addresses.place(address, name)
    local place, message, code = parse(address, name)
    if place or code then return place, message, code end
    stream.usage("%s: %s", name, message)
end

-- The addresses of the place, in figures; nil, message with its name, code; nil, "timeout".
function addresses.hosts(place, deadline)
    if place.path then return { place.path } end
    if place.is_known then return { place.host } end
    local list, message, code = require("plait.net_resolve").resolve(place.host, "any", stream.left(deadline))
    if list or not code then return list, message end
    return nil, ("%s: %s"):format(place.name, message:sub(#place.host + 3)), code
end

return addresses
