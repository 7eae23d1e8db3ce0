-- stream.lua - reading by formats, as io's files do: what files and streams have in common.
--
--     local reader = stream.reader(limit)
--     reader.refill = function(reader, wanted, deadline) ... end
--     stream.read(reader, {"l", "n"}, deadline) -- results as of file:read
--
-- A refill returns some bytes, at best as many as are wanted; "" at the end; nil, message, code. What has come
-- stays until it is taken: a read that is cancelled, or whose time is over, loses nothing. Nothing here takes turns:
-- one strand at a time uses a reader.
--
-- The bytes stand in a queue of pieces, so that a long line is put together only once.

local internal = require "plait.internal"
local plait = require "plait"

local stream = {}

local LEAST, MOST = 1 << 16, 1 << 22 -- bytes wanted of a refill
local LONGEST_NUMBER = 200 -- as in io
local LINE_LIMIT, LIMIT = 64 << 20, 1 << 30
local none = {}

function stream.usage(...) internal.raise("usage", string.format(...)) end

-- What plait says itself has no number, and no third result.
function stream.failed(message, code)
    if code then return nil, message, code end
    return nil, message
end

------------------------------------------------------------------------------------------------------------- arguments

-- A deadline for a time-out in seconds, and what is left of it; nil: none.
function stream.deadline(seconds) return seconds and plait.now() + seconds end

function stream.left(deadline) return deadline and math.max(0, deadline - plait.now()) end

function stream.check_seconds(seconds, name)
    if seconds == nil or (type(seconds) == "number" and seconds >= 0) then return seconds end
    stream.usage("%s: timeout is %s, not a number of seconds", name, internal.describe(seconds))
end

function stream.check_limit(limit, name)
    if limit == nil then return nil end
    local count = type(limit) == "number" and math.tointeger(limit) -- also of 1e6
    if count and count >= 0 then return count end
    stream.usage("%s: limit is %s, not a number of bytes", name, internal.describe(limit))
end

-- The options of a call: a table whose names are all `known`, or a time-out in seconds, or nil.
function stream.options(options, known, name)
    if options == nil then return none end
    if type(options) == "number" then options = { timeout = options } end
    if type(options) ~= "table" then
        stream.usage("%s: options are %s, not a table or a number of seconds", name, internal.describe(options))
    end
    for option in next, options do
        if option ~= "timeout" and not known[option] then
            stream.usage("%s: there is no option '%s'", name, tostring(option))
        end
    end
    stream.check_seconds(options.timeout, name)
    return options
end

-- The arguments in a list, and how many; and the time-out of a table after them.
local function with_timeout(name, ...)
    local list, count = { ... }, select("#", ...)
    if count == 0 or type(list[count]) ~= "table" then return list, count end
    local timeout = stream.options(list[count], none, name).timeout
    list[count] = nil
    return list, count - 1, timeout
end

local formats = { l = "l", L = "L", n = "n", a = "a" }

-- The formats of a read in a list, each a letter or a number of bytes, and its time-out. After them there may be a table with
-- a time-out. As in io, a "*" before a letter does not count, nor what follows it.
function stream.formats(name, ...)
    local list, count, timeout = with_timeout(name, ...)
    for i = 1, count do
        local format = list[i]
        local is_count = type(format) == "number" and math.tointeger(format)
        local letter = type(format) == "string" and formats[format:match("^%*?(.)")]
        if is_count and is_count < 0 or not is_count and not letter then
            stream.usage("%s: format %d is %s, not \"l\", \"L\", \"n\", \"a\" or a number of bytes", name, i,
                internal.describe(format))
        end
        list[i] = is_count or letter
    end
    if count == 0 then list[1] = "l" end
    return list, timeout
end

-- All arguments in one string, for a write. The last may be a table with a time-out.
function stream.data(name, ...)
    local list, count, timeout = with_timeout(name, ...)
    for i = 1, count do
        if type(list[i]) ~= "string" and type(list[i]) ~= "number" then
            stream.usage("%s: argument %d is %s, not a string or a number", name, i, internal.describe(list[i]))
        end
    end
    return count == 1 and tostring(list[1]) or table.concat(list), timeout
end

------------------------------------------------------------------------------------------------------- the queue of pieces

-- `limit`: the most bytes of one result, default 64 MiB for a line and 1 GiB for what has a count or goes to the end.
function stream.reader(limit)
    return { pieces = {}, first = 1, last = 0, from = 1, size = 0, limit = limit }
end

function stream.clear(reader)
    reader.pieces, reader.first, reader.last, reader.from, reader.size = {}, 1, 0, 1, 0
end

-- Gets more; true, or false at the end, or nil, message, code.
local function refill(reader, wanted, deadline)
    local piece, message, code = reader:refill(math.max(LEAST, math.min(MOST, wanted)), deadline)
    if not piece then return nil, message, code end
    if piece == "" then return false end
    reader.last = reader.last + 1
    reader.pieces[reader.last] = piece
    reader.size = reader.size + #piece
    return true
end

-- Has at least `size` bytes, if there are so many before the end.
local function fill(reader, size, deadline)
    while reader.size < size do
        local more, message, code = refill(reader, size - reader.size, deadline)
        if more == nil then return nil, message, code end
        if not more then break end
    end
    return true
end

local function drop_first(reader)
    reader.pieces[reader.first] = nil
    reader.first = reader.first + 1
    reader.from = 1
end

-- Takes the next `size` bytes, which are there, out of the queue; `skip` fewer of them are returned.
local function cut(reader, size, skip)
    if size == 0 then return "" end
    local from, piece = reader.from, reader.pieces[reader.first]
    reader.size = reader.size - size
    if from + size - 1 <= #piece then
        local result = piece:sub(from, from + size - 1 - skip)
        reader.from = from + size
        if reader.from > #piece then drop_first(reader) end
        return result
    end
    local parts, left = {}, size
    while left > 0 do
        piece = reader.pieces[reader.first]
        local part = piece:sub(reader.from, reader.from + left - 1)
        parts[#parts + 1] = part
        left = left - #part
        reader.from = reader.from + #part
        if reader.from > #piece then drop_first(reader) end
    end
    local all = table.concat(parts)
    return skip > 0 and all:sub(1, -skip - 1) or all
end

local function put_back(reader, text)
    if reader.from > 1 then
        reader.pieces[reader.first] = reader.pieces[reader.first]:sub(reader.from)
        reader.from = 1
    end
    reader.first = reader.first - 1
    reader.pieces[reader.first] = text
    reader.size = reader.size + #text
end

-- What was read ahead, in one string; nil: nothing.
function stream.kept(reader)
    if reader.size == 0 then return nil end
    return table.concat(reader.pieces, "", reader.first, reader.last):sub(reader.from)
end

stream.put_back = put_back

-- The same as cut, for a result; a read of several formats keeps it until all is there.
local function take(reader, size, skip)
    if not reader.taken then return cut(reader, size, skip) end
    local all = cut(reader, size, 0)
    table.insert(reader.taken, all)
    return all:sub(1, #all - skip)
end

-- How many bytes up to the end of the first `text`; nil, message, code; 0: it does not come, and all is there. What was looked
-- at is not looked at again.
local function find(reader, text, limit, deadline)
    local i, from, before, tail = reader.first, reader.from, 0, ""
    while true do
        while i <= reader.last do
            local piece = reader.pieces[i]
            if tail == "" then
                local _, to = piece:find(text, from, true)
                if to then return before + to - from + 1 end
            else -- it may begin in the piece before
                local _, to = (tail .. piece):find(text, 1, true)
                if to then return before + to - #tail end
            end
            before = before + #piece - from + 1
            if #text > 1 then tail = (tail .. piece:sub(from)):sub(-(#text - 1)) end
            i, from = i + 1, 1
        end
        if before > limit then return nil end
        local more, message, code = refill(reader, before, deadline)
        if more == nil then return nil, message, code end
        if not more then return 0 end
    end
end

----------------------------------------------------------------------------------------------------------------- formats

local function too_long(reader, what, limit)
    return nil, ("%s: %s is longer than %d bytes"):format(reader.path, what, limit), 27 -- EFBIG
end

-- Up to the first `text`, or to the end; without its last `skip` bytes if it is there.
local function read_to(reader, text, skip, what, deadline)
    local limit = reader.limit or LINE_LIMIT
    local size, message, code = find(reader, text, limit, deadline)
    if not size and message then return nil, message, code end
    if not size or size > limit + #text or size == 0 and reader.size > limit then
        return too_long(reader, what, limit)
    end
    if size > 0 then return take(reader, size, skip) end
    if reader.size > 0 then return take(reader, reader.size, 0) end
    return nil
end

local function read_all(reader, deadline)
    local limit = reader.limit or LIMIT
    local ok, message, code = fill(reader, limit + 1, deadline)
    if not ok then return nil, message, code end
    if reader.size > limit then return too_long(reader, "what is left", limit) end
    return take(reader, reader.size, 0)
end

local function read_count(reader, count, deadline)
    local limit = reader.limit or LIMIT
    local ok, message, code = fill(reader, math.max(1, math.min(count, limit + 1)), deadline)
    if not ok then return nil, message, code end
    if reader.size == 0 then return nil end
    if count > limit and reader.size > limit then return too_long(reader, "what is left", limit) end
    return take(reader, math.min(count, reader.size), 0)
end

-- The end of the longest beginning of `text` that may become a number, by the rules of io.
local function number_end(text)
    local at = text:match("^[+-]?()")
    local hex = text:match("^0[xX]()", at)
    local digits, exponent = hex and "^%x*()" or "^%d*()", hex and "^[pP][+-]?%d*()" or "^[eE][+-]?%d*()"
    local start = hex or at
    local whole = text:match(digits, start)
    local point = text:match("^%.()", whole)
    local stop = point and text:match(digits, point) or whole
    local count = stop - start - (point and 1 or 0)
    return count > 0 and text:match(exponent, stop) or stop
end

local function read_number(reader, deadline)
    while true do -- white space
        local ok, message, code = fill(reader, 1, deadline)
        if not ok then return nil, message, code end
        if reader.size == 0 then return nil end
        local piece = reader.pieces[reader.first]
        local stop = piece:match("^%s*()", reader.from)
        take(reader, stop - reader.from, 0)
        if stop <= #piece then break end
    end
    while true do -- it may go on in the next piece
        local piece = reader.pieces[reader.first]
        local stop = piece:match("^[%w.+-]*()", reader.from)
        if stop <= #piece or stop - reader.from > LONGEST_NUMBER then break end
        if reader.first == reader.last then
            local more, message, code = refill(reader, LONGEST_NUMBER, deadline)
            if more == nil then return nil, message, code end
            if not more then break end
        end
        put_back(reader, cut(reader, math.min(reader.size, LONGEST_NUMBER + 1), 0))
    end
    local text = reader.pieces[reader.first]:sub(reader.from, reader.from + LONGEST_NUMBER)
    local stop = number_end(text)
    if stop - 1 > LONGEST_NUMBER then
        take(reader, LONGEST_NUMBER, 0)
        return nil
    end
    return (tonumber(take(reader, stop - 1, 0)))
end

local function read_format(reader, format, deadline)
    if format == "l" then return read_to(reader, "\n", 1, "a line", deadline) end
    if format == "L" then return read_to(reader, "\n", 0, "a line", deadline) end
    if format == "a" then return read_all(reader, deadline) end
    if format == "n" then return read_number(reader, deadline) end
    return read_count(reader, format, deadline)
end

-- What is nil, "timeout" has no third value.
local function results(...)
    local first, message, code = ...
    if first == nil and message and not code then return nil, message end
    return ...
end

-- What a read of several formats has taken. It goes back unless all of them are done: by a failure, a time-out or a cancellation.
local Taken = {}

function Taken:__close()
    self.reader.taken = nil
    if #self > 0 then put_back(self.reader, table.concat(self)) end
end

local function done(taken, ...)
    for i = #taken, 1, -1 do taken[i] = nil end
    return ...
end

-- A result for each format, up to the first that there is not, which is nil; nil, message, code if reading fails, or nil,
-- "timeout".
function stream.read(reader, list, deadline)
    if #list == 1 then return results(read_format(reader, list[1], deadline)) end
    local taken <close> = setmetatable({ reader = reader }, Taken)
    reader.taken = taken
    local all = {}
    for i, format in ipairs(list) do
        local result, message, code = read_format(reader, format, deadline)
        if message then return results(nil, message, code) end
        all[i] = result
        if result == nil then return done(taken, table.unpack(all, 1, i)) end
    end
    return done(taken, table.unpack(all, 1, #list))
end

-- What comes before the next `text`, which is taken and left out; at the end what there is, or nil.
function stream.read_until(reader, text, deadline)
    return results(read_to(reader, text, #text, "what comes before the mark", deadline))
end

-- What has come, at most `most` bytes; waits only if that is nothing. At the end nil.
function stream.read_some(reader, most, deadline)
    local ok, message, code = fill(reader, 1, deadline)
    if not ok then return results(nil, message, code) end
    if reader.size == 0 then return nil end
    return take(reader, math.min(most, #reader.pieces[reader.first] - reader.from + 1), 0)
end

----------------------------------------------------------------------------------------------------------------- methods

-- Raises what a loop would take for the end, as io does: at the line of the loop.
local function checked(self, at_end, ...)
    local first, message, code = ...
    if first ~= nil then return ... end
    if message ~= nil then
        if not code then internal.raise(message, ("lines: %s: %s"):format(self.path, message)) end
        error(message, 3)
    end
    if at_end then at_end(self) end
    return ...
end

-- For a loop: what `step` returns, up to the end; then at_end(self).
function stream.iterator(self, step, at_end)
    return function() return checked(self, at_end, step()) end
end

-- Gives a class of objects with a `reader` and a `path` its methods for reading. enter(self, name, timeout) gives the turn to read,
-- to be closed, and a deadline; or nil, why, code. Returns the function that reads: (self, list of formats, timeout, name).
function stream.add_reading(class, enter)
    local function read(self, list, timeout, name)
        local turn <close>, deadline, code = enter(self, name, timeout)
        if not turn then return results(nil, deadline, code) end
        return stream.read(self.reader, list, deadline)
    end

    -- object:read([format...[, {timeout =}]]) -> a result for each format
    function class:read(...)
        local list, timeout = stream.formats("read", ...)
        return read(self, list, timeout, "read")
    end

    -- object:read_until(text[, timeout]) -> what comes before it; it is taken, too
    function class:read_until(text, options)
        if type(text) ~= "string" or text == "" then
            stream.usage("read_until: argument 1 is %s, not a string of at least one byte", internal.describe(text))
        end
        local timeout = stream.options(options, none, "read_until").timeout
        local turn <close>, deadline, code = enter(self, "read_until", timeout)
        if not turn then return results(nil, deadline, code) end
        return stream.read_until(self.reader, text, deadline)
    end

    -- object:read_some([most[, timeout]]) -> what has come, at least one byte
    function class:read_some(most, options)
        most = most or MOST
        if math.type(most) ~= "integer" or most < 1 then
            stream.usage("read_some: argument 1 is %s, not a number of bytes, 1 or more", internal.describe(most))
        end
        local timeout = stream.options(options, none, "read_some").timeout
        local turn <close>, deadline, code = enter(self, "read_some", timeout)
        if not turn then return results(nil, deadline, code) end
        return stream.read_some(self.reader, most, deadline)
    end

    -- object:lines([format...[, {timeout =}]]): for ... in; a failure raises. The time-out is that of each step.
    function class:lines(...)
        local list, timeout = stream.formats("lines", ...)
        return stream.iterator(self, function() return read(self, list, timeout, "lines") end)
    end

    return read
end

return stream
