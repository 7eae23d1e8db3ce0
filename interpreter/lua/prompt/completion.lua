-- completion.lua: what may stand where the cursor is.
--
--     completion.find(session, "plait.re")      --> 1, {"plait.repr"}
--     completion.find(session, 'io.open("fo')   --> nil: the name of a file
--
-- Values are looked at with raw access, and through tables in __index: no code of the script runs.

local names_of_commands = require "plait.prompt.commands".names
local words = require "plait.prompt.words"

local debug, rawget, type, next = debug, rawget, type, next

local completion = {}

-- The modules of plait that scripts require; and those that are fields of `plait`, loaded when they are asked for.
local own_modules = {
    "plait", "plait.asyncio", "plait.concurrent.futures", "plait.exec", "plait.fs", "plait.http",
    "plait.multiprocessing", "plait.net", "plait.queue", "plait.stdin", "plait.threading", "plait.time",
}
local lazy_fields = { "exec", "fs", "http", "net", "stdin" }

-- How far __index is followed.
local MAX_DEPTH = 16

local function index_table(value)
    local metatable = debug.getmetatable(value)
    local index = type(metatable) == "table" and rawget(metatable, "__index")
    return type(index) == "table" and index or nil
end

-- Calls visit with each table in which the fields of the value are looked up.
local function each_table(value, visit)
    for _ = 1, MAX_DEPTH do
        if type(value) == "table" then visit(value) end
        value = index_table(value)
        if value == nil then return end
    end
end

local function field(value, name)
    local found
    each_table(value, function(t)
        if found == nil then found = rawget(t, name) end
    end)
    return found
end

local function add(list, seen, text)
    if seen[text] then return end
    seen[text] = true
    list[#list + 1] = text
end

local function starts(text, start)
    return text:sub(1, #start) == start
end

----------------------------------------------------------------------------------------------------------- modules

local function modules(start)
    local list, seen = {}, {}
    for _, from in ipairs({ package.loaded, package.preload }) do
        for name in next, from do
            if type(name) == "string" and name ~= "_G" and starts(name, start) then add(list, seen, name) end
        end
    end
    for _, name in ipairs(own_modules) do
        if starts(name, start) then add(list, seen, name) end
    end
    table.sort(list)
    return list
end

------------------------------------------------------------------------------------------------------------- names

local function fields(before, value, separator, start)
    local list, seen = {}, {}
    local function visit(t)
        for name, content in next, t do
            local is_name = type(name) == "string" and name:find("^[%a_][%w_]*$") and not words.keywords[name]
            if is_name and starts(name, start) and (separator == "." or type(content) == "function") and
                (start ~= "" or name:sub(1, 2) ~= "__") then
                add(list, seen, before .. name)
            end
        end
    end
    each_table(value, visit)
    if value == package.loaded.plait and separator == "." then
        for _, name in ipairs(lazy_fields) do
            if starts(name, start) then add(list, seen, before .. name) end
        end
    end
    table.sort(list)
    return list
end

local function globals(session, start)
    local list, seen = {}, {}
    for name in next, session.variables do
        if starts(name, start) then add(list, seen, name) end
    end
    for name in next, _G do
        if type(name) == "string" and starts(name, start) and name:find("^[%a_][%w_]*$") then add(list, seen, name) end
    end
    for name in next, words.keywords do
        if start ~= "" and starts(name, start) then add(list, seen, name) end
    end
    table.sort(list)
    return list
end

-- The value of a name with fields: "a.b.c"; nil if there is none.
local function resolve(session, path)
    local value, is_known
    for name in path:gmatch("[^.:]+") do
        if value == nil and not is_known then
            value, is_known = session:variable(name)
            if not is_known then value, is_known = field(_G, name), true end
        else
            value = field(value, name)
        end
        if value == nil then return nil end
    end
    return value
end

local function commands(start)
    local list = {}
    for _, name in ipairs(names_of_commands) do
        if starts(name, start) then list[#list + 1] = name end
    end
    return list
end

-- Returns where in `before`, the text up to the cursor, what is completed begins, and the list of what it may become;
-- or nil for the name of a file.
function completion.find(session, before)
    local command = before:match("^%s*(%.%a*)$")
    if command then return #before - #command + 1, commands(command) end
    if before:find("^%s*%.load%s") or before:find("^%s*%.save%s") then return nil end
    local list = words.split(before)
    local last = list[#list]
    if last and last.is_open and last.kind == "string" then
        local start = last.text:gsub("^['\"]", "")
        local caller = list[#list - 1]
        if caller and caller.text == "(" then caller = list[#list - 2] end
        if caller and caller.text == "require" then return #before - #start + 1, modules(start) end
        return nil
    end
    if last and last.kind == "comment" then return #before + 1, {} end
    local path = before:match("[%w_.:]*$")
    local owner, separator, start = path:match("^(.-)([.:])([%w_]*)$")
    if not owner then return #before - #path + 1, globals(session, path) end
    if not owner:find("^[%a_]") then return #before + 1, {} end
    local value = resolve(session, owner)
    if value == nil then return #before + 1, {} end
    return #before - #path + 1, fields(owner .. separator, value, separator, start)
end

return completion
