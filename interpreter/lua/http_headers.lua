-- http_headers.lua - the headers of an HTTP message: what client and server have in common.
--
--     local all = headers.new()
--     headers.add(all, "Content-Type", "text/plain")
--     print(all["content-type"], all["Content-Type"]) --> text/plain  text/plain
--
-- Keys are in small letters; any spelling finds them. The values of a header that comes more than once are joined by ", ", as
-- the standard has it; whoever needs them apart (Set-Cookie) has them in the list of pairs, all in their order.

local internal = require "plait.internal"
local stream = require "plait.stream"

local headers = {}

local any_spelling = {
    __name = "headers",
    __index = function(self, name) return type(name) == "string" and rawget(self, name:lower()) or nil end,
}

function headers.new() return setmetatable({}, any_spelling) end

function headers.add(all, name, value)
    name = name:lower()
    local before = rawget(all, name)
    rawset(all, name, before and before .. ", " .. value or value)
end

-- Of lines as they came, each with or without its end: the headers, and a list of {name, value}. Other lines are left out.
function headers.parse(text)
    local all, list = headers.new(), {}
    for line in text:gmatch("[^\r\n]+") do
        local name, value = line:match("^([^%s:]+)[ \t]*:[ \t]*(.-)[ \t]*$")
        if name then
            headers.add(all, name, value)
            list[#list + 1] = { name, value }
        end
    end
    return all, list
end

local function check_value(caller, name, value)
    if type(value) == "number" then value = tostring(value) end
    if type(value) ~= "string" then
        stream.usage("%s: header '%s' is %s, not a string", caller, name, internal.describe(value))
    end
    if value:find("[\r\n\0]") then stream.usage("%s: header '%s' has the end of a line in it", caller, name) end
    return value
end

-- Lines for a table that a script gives: {name = value, name = {value, value}}, in the order of the names; raises.
function headers.lines(caller, given)
    if given == nil then return {} end
    if type(given) ~= "table" then
        stream.usage("%s: headers are %s, not a table", caller, internal.describe(given))
    end
    local names, lines = {}, {}
    for name in pairs(given) do
        if type(name) ~= "string" or not name:find("^[%w!#$%%&'*+.^_`|~-]+$") then
            stream.usage("%s: %s is not the name of a header", caller, internal.describe(name))
        end
        names[#names + 1] = name
    end
    table.sort(names)
    for _, name in ipairs(names) do
        local values = given[name]
        for _, value in ipairs(type(values) == "table" and values or { values }) do
            lines[#lines + 1] = name .. ": " .. check_value(caller, name, value)
        end
    end
    return lines
end

return headers
