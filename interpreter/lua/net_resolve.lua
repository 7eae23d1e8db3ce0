-- net_resolve.lua - plait.net.resolve: the addresses of a name.

local internal = require "plait.internal"
local stream = require "plait.stream"

local known = { family = true }
local families = { ipv4 = true, ipv6 = true }

-- The same with arguments that are right: a list, or nil, a message that names the host, code; nil, "timeout".
local function resolve(name, family, timeout)
    local list, message, code = internal.resolve(name, family, timeout)
    if list or not code then return list, message end
    return nil, ("%s: %s"):format(name, message), code
end

-- net.resolve(name[, {family = "ipv4" or "ipv6", timeout =}]) -> list of addresses, the best first
local function net_resolve(name, options)
    if type(name) ~= "string" or name == "" then
        stream.usage("net.resolve: name is %s, not the name of a host", internal.describe(name))
    end
    if name:find("\0", 1, true) then stream.usage("net.resolve: name has a NUL byte: %q", name) end
    options = stream.options(options, known, "net.resolve")
    local family = options.family
    if family ~= nil and not families[family] then
        stream.usage("net.resolve: family is %s, not \"ipv4\" or \"ipv6\"", internal.describe(family))
    end
    return resolve(name, family or "any", options.timeout)
end

return { resolve = resolve, net_resolve = net_resolve }
