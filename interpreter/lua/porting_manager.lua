-- porting_manager.lua: Python's Manager, whose dicts and lists several processes use.
--
-- For multiprocessing.lua, which offers them as its own. What it makes are shared objects of plait, so nothing needs a
-- manager to live: it is there so that a Python script can be carried over line by line.

local plait = require "plait"
local porting = require "plait.porting"

local managers = {}

-- Raises an error at the line that called a method if there is a value that cannot be what is wanted.
local function check(is_right, ...)
    if not is_right then error(string.format(...), 3) end
end

----------------------------------------------------------------------------------------------------------- dict

local dict_methods = {}

local Dict = {__name = "dict"}
managers.Dict = Dict

local function cells_of(object)
    return rawget(object, "cells")
end

function Dict:__index(key)
    local method = dict_methods[key]
    if method ~= nil then return method end
    return cells_of(self)[key]
end

function Dict:__newindex(key, value)
    if dict_methods[key] then
        error(("a dict has a method '%s', so this cannot be a key; use a plait.Table"):format(key), 2)
    end
    cells_of(self)[key] = value
end

function Dict:__len()
    local count = 0
    for _ in pairs(cells_of(self)) do count = count + 1 end
    return count
end

function Dict:__pairs()
    return pairs(cells_of(self))
end

function Dict:__tostring()
    return plait.repr(cells_of(self)):gsub("^Table", "dict", 1)
end

-- d:get(key[, default]): the value, or default if there is none.
function dict_methods:get(key, default)
    local value = cells_of(self)[key]
    if value == nil then return default end
    return value
end

-- d:keys(), d:values(): lists of them, as they were in one moment. d:items(): a list of {key, value}, which can be called
-- as an iterator, too: for key, value in d:items() do.
function dict_methods:keys()
    local list = {}
    for key in pairs(cells_of(self)) do list[#list + 1] = key end
    return list
end

function dict_methods:values()
    local list = {}
    for _, value in pairs(cells_of(self)) do list[#list + 1] = value end
    return list
end

-- One metatable for each list, since it counts the calls.
local function iterator(list)
    local i = 0
    return setmetatable(list, {__call = function()
        i = i + 1
        local item = list[i]
        if item then return item[1], item[2] end
    end})
end

function dict_methods:items()
    local list = {}
    for key, value in pairs(cells_of(self)) do list[#list + 1] = {key, value} end
    return iterator(list)
end

-- d:pop(key[, default]) removes the key, in one step, and returns its value, or default if there was none.
function dict_methods:pop(key, default)
    local old
    plait.update(cells_of(self), key, function(value)
        old = value
        return nil
    end)
    if old == nil then return default end
    return old
end

-- d:setdefault(key, default): the value; default is stored first if there is none, in one step.
function dict_methods:setdefault(key, default)
    return plait.update(cells_of(self), key, function(value)
        if value == nil then return default end
        return value
    end)
end

-- d:update(other): takes over what is in a table or another dict.
function dict_methods:update(other)
    check(type(other) == "table", "update: argument 1 is %s, not a table", type(other))
    for key, value in pairs(other) do self[key] = value end
end

-- d:clear() removes all; d:copy(): a table of Lua with the same content.
function dict_methods:clear()
    for key in pairs(cells_of(self)) do cells_of(self)[key] = nil end
end

function dict_methods:copy()
    local copy = {}
    for key, value in pairs(cells_of(self)) do copy[key] = value end
    return copy
end

----------------------------------------------------------------------------------------------------------- list

local list_methods = {}

-- Elements are 1 to #l, as in Lua. `none`, which nobody else has, stands for nil, so that there are no holes. Methods
-- that change several elements have the lock.
local List = {__name = "list"}
managers.List = List

local function hide(list, value)
    if value == nil then return rawget(list, "none") end
    return value
end

local function show(list, value)
    if value == rawget(list, "none") then return nil end
    return value
end

function List:__index(key)
    if math.type(key) ~= "integer" then return list_methods[key] end
    return show(self, cells_of(self)[key])
end

function List:__newindex(key, value)
    check(math.type(key) == "integer" and key >= 1 and key <= #self + 1, "list: %s is no index from 1 to %d",
        tostring(key), #self + 1)
    cells_of(self)[key] = hide(self, value)
end

function List:__len()
    return #cells_of(self)
end

-- A list of Lua with what is in it, and its length.
local function read(list)
    local values, count = {}, 0
    for i, value in pairs(cells_of(list)) do
        values[i] = value
        count = math.max(count, i)
    end
    return values, count
end

function List:__tostring()
    local values, count = read(self)
    for i = 1, count do values[i] = plait.repr((show(self, values[i]))) end
    return "list[" .. table.concat(values, ", ") .. "]"
end

-- Calls f(list, ...) with the lock; a cancellation of the caller does not interrupt it.
local function change(list, f, ...)
    local lock = rawget(list, "lock")
    return porting.shield(lock.with, lock, f, list, ...)
end

-- Writes elements `first` to `last` of values, and removes what is behind `last`.
local function write(list, values, first, last)
    local cells = cells_of(list)
    for i = first, last do cells[i] = values[i] end
    for i = #cells, last + 1, -1 do cells[i] = nil end
end

local function append(list, ...)
    local cells, count = cells_of(list), #cells_of(list)
    for i = 1, select("#", ...) do cells[count + i] = hide(list, (select(i, ...))) end
end

-- l:append(value), l:extend(other list): at the end.
function list_methods:append(value)
    change(self, append, value)
end

function list_methods:extend(other)
    check(type(other) == "table", "extend: argument 1 is %s, not a list", type(other))
    change(self, append, table.unpack(other, 1, other.n or #other))
end

local function insert(list, i, value)
    local values, count = read(list)
    i = math.max(1, math.min(i, count + 1))
    table.insert(values, i, hide(list, value))
    write(list, values, i, count + 1)
end

-- l:insert(i, value): before element i.
function list_methods:insert(i, value)
    check(math.type(i) == "integer", "insert: %s is no index", tostring(i))
    change(self, insert, i, value)
end

local function pop(list, i)
    local values, count = read(list)
    i = i or count
    if i < 1 or i > count then return false end
    local value = table.remove(values, i)
    write(list, values, i, count - 1)
    return true, show(list, value)
end

-- l:pop([i]): removes element i, or the last, and returns it. An error if there is none.
function list_methods:pop(i)
    check(i == nil or math.type(i) == "integer", "pop: %s is no index", tostring(i))
    local was_there, value = change(self, pop, i)
    check(was_there, "pop: there is no element %s", i or "to be taken")
    return value
end

local function find(list, values, count, value)
    value = hide(list, value)
    for i = 1, count do
        if values[i] == value then return i end
    end
end

local function remove(list, value)
    local values, count = read(list)
    local i = find(list, values, count, value)
    if not i then return false end
    table.remove(values, i)
    write(list, values, i, count - 1)
    return true
end

-- l:remove(value): the first that equals it. l:index(value): where that is. An error if there is none.
function list_methods:remove(value)
    check(change(self, remove, value), "remove: %s is not in the list", tostring(value))
end

function list_methods:index(value)
    local values, count = read(self)
    local i = find(self, values, count, value)
    check(i, "index: %s is not in the list", tostring(value))
    return i
end

-- l:count(value): how many equal it.
function list_methods:count(value)
    local values, count = read(self)
    local equal = 0
    value = hide(self, value)
    for i = 1, count do
        if values[i] == value then equal = equal + 1 end
    end
    return equal
end

local function sort(list, options)
    local values, count = read(list)
    local key, reverse = options.key, options.reverse
    table.sort(values, function(a, b)
        if reverse then a, b = b, a end
        if key then return key(a) < key(b) end
        return a < b
    end)
    write(list, values, 1, count)
end

-- l:sort([{key = f, reverse = true}]); l:reverse(); l:clear(); l:copy(): a list of Lua with n.
function list_methods:sort(options)
    options = options or {}
    porting.check_options("sort", options, {key = true, reverse = true})
    change(self, sort, options)
end

local function reverse(list)
    local values, count = read(list)
    local turned = {}
    for i = 1, count do turned[i] = values[count + 1 - i] end
    write(list, turned, 1, count)
end

function list_methods:reverse()
    change(self, reverse)
end

function list_methods:clear()
    change(self, write, {}, 1, 0)
end

function list_methods:copy()
    local values, count = read(self)
    for i = 1, count do values[i] = show(self, values[i]) end
    values.n = count
    return values
end

-------------------------------------------------------------------------------------------------------- Manager

local methods = {}
managers.methods = methods -- multiprocessing.lua adds those of its own classes

-- manager:dict([table]), manager:list([list]), manager:Namespace(): the last is a plait.Table.
function methods:dict(content)
    local dict = setmetatable({cells = plait.Table()}, Dict)
    if content then dict:update(content) end
    return dict
end

function methods:list(content)
    local list = setmetatable({cells = plait.Table(), none = plait.Value(), lock = plait.Lock()}, List)
    if content then append(list, table.unpack(content, 1, content.n or #content)) end
    return list
end

function methods:Namespace()
    return plait.Table()
end

-- manager:start(), manager:shutdown(): there is nothing to do.
function methods:start()
end

methods.shutdown = methods.start

-- multiprocessing.Manager(): what it makes can be handed to any thread or process, and lives as long as it is used.
managers.Manager = porting.constructor({__name = "Manager", __index = methods, __close = methods.shutdown},
    function(class) return setmetatable({}, class) end)

return managers
