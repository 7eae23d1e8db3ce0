-- repr.lua: plait.repr(value[, options]) returns text that shows a value: one line, unless options.width is given.
--
--     repr({1, 4, 9})                         [1, 4, 9]
--     repr({a = 1, ["b c"] = {true}})         {a = 1, ["b c"] = [true]}
--     repr({1, 2, x = 3})                     {1, 2, x = 3}
--     repr("it's\n")                          "it's\n"
--
-- Tables
-- * A table whose keys are 1..n is a list: [1, 2]. Any other one stands in braces, the items of its list part first,
--   then `key = value`. The empty table is {}.
-- * Keys are sorted: integers, strings, floats, booleans, anything else. A string that is a Lua name is bare, other
--   keys stand in brackets: ["b c"] = , [10] = , [true] = , [table: 0x5581...] = .
-- * A table inside itself is <cycle>. One that occurs twice is shown twice.
-- * Tables nested deeper than options.depth (default 8) are {...}.
-- * Of one table, options.elements elements are shown (default 1000), then `... 23 more`; of the whole value a hundred
--   times as many.
-- * With options.width, a table that would not fit into lines of so many characters stands on several, an element a line;
--   but a list without tables has as many on a line as fit.
-- Other values
-- * Strings in double quotes: \" \\ \a \b \f \n \r \t \v, other control characters and bytes that are no UTF-8 as \x1B.
-- * Integers as they are; floats with as many digits as it takes to read the same float again, and always with a point,
--   an exponent, or as inf, -inf, nan: 1.0 and 1 differ, and so do 0.1 + 0.2 and 0.3.
-- * The rest as tostring shows it.
-- Objects
-- * A shared Table is shown like a table, preceded by its name: Table{n = 1, list = Table[1, 2]}.
-- * A value with a __tostring metamethod is shown by that; if it raises, as a plain value. Shared objects have one.
-- * An Array by its type and its elements: Array("u8", [1, 2, 3]).
-- * A table with only a __name in its metatable is preceded by it: Point{x = 1, y = 2}.
-- * Nothing else of a metatable is used: tables are read with raw access.
--
-- Nesting costs no C or Lua stack, so a depth of math.huge is fine.

local internal = require "plait.internal"

local debug_getmetatable = debug and debug.getmetatable or getmetatable

-------------------------------------------------------------------------------------------------------- strings

local escapes = {
    ['"'] = '\\"', ["\\"] = "\\\\", ["\a"] = "\\a", ["\b"] = "\\b", ["\f"] = "\\f",
    ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\v"] = "\\v",
}

local function hex(char)
    return (char:gsub(".", function(byte) return ("\\x%02X"):format(byte:byte()) end))
end

local function escape(char)
    return escapes[char] or hex(char)
end

-- Escapes the bytes of `text` that belong to no valid UTF-8 sequence.
local function escape_invalid(text)
    local parts, from = {}, 1
    while true do
        local length, bad = utf8.len(text, from)
        if length then break end
        parts[#parts + 1] = text:sub(from, bad - 1)
        parts[#parts + 1] = hex(text:sub(bad, bad))
        from = bad + 1
    end
    parts[#parts + 1] = text:sub(from)
    return table.concat(parts)
end

local function quote(text)
    text = text:gsub('[%c"\\]', escape)
    if text:find("[\x80-\xFF]") then
        text = escape_invalid(text)
        text = text:gsub("\xC2[\x80-\x9F]", hex) -- U+0080..U+009F, controls that terminals obey
    end
    return '"' .. text .. '"'
end

--------------------------------------------------------------------------------------------------------- scalars

local function show_float(number)
    if number ~= number then return "nan" end
    if number == math.huge then return "inf" end
    if number == -math.huge then return "-inf" end
    for digits = 14, 17 do
        local text = ("%." .. digits .. "g"):format(number)
        if tonumber(text) == number then
            return text:find("[.e]") and text or text .. ".0"
        end
    end
end

local function metafield(value, name)
    local ok, metatable = pcall(debug_getmetatable, value)
    if not ok then metatable = getmetatable(value) end -- debug is denied
    return type(metatable) == "table" and rawget(metatable, name)
end

-- The text of a value that shows itself, else nil.
local function show_object(value)
    if not metafield(value, "__tostring") then return nil end
    local ok, text = pcall(tostring, value)
    return ok and tostring(text) or nil
end

-- The text of anything but a table that is to be opened.
local function show_atom(value)
    local kind = type(value)
    if kind == "string" then return quote(value) end
    if math.type(value) == "float" then return show_float(value) end
    if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
    return show_object(value) or ("%s: %p"):format(metafield(value, "__name") or kind, value)
end

----------------------------------------------------------------------------------------------------------- keys

local reserved = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
    until while]]):gmatch("%a+") do
    reserved[word] = true
end

local function show_key(key)
    if type(key) == "string" and key:find("^[A-Za-z_][A-Za-z0-9_]*$") and not reserved[key] then
        return key .. " = "
    end
    return "[" .. show_atom(key) .. "] = "
end

local function rank(key)
    if math.type(key) == "integer" then return 1 end
    if type(key) == "string" then return 2 end
    if math.type(key) == "float" then return 3 end
    if type(key) == "boolean" then return 4 end
    return 5
end

-- The keys of `t` that follow its list part 1..length, sorted.
local function other_keys(t, length)
    local keys, ranks, texts = {}, {}, {}
    for key in next, t do
        if not (math.type(key) == "integer" and key >= 1 and key <= length) then
            keys[#keys + 1] = key
            ranks[key] = rank(key)
            if ranks[key] > 3 then texts[key] = show_atom(key) end
        end
    end
    table.sort(keys, function(a, b)
        if ranks[a] ~= ranks[b] then return ranks[a] < ranks[b] end
        return (texts[a] or a) < (texts[b] or b)
    end)
    return keys
end

-- What is in a shared Table now, as a plain table; nil for anything else, and when the process that has it has ended.
local function content_of(value)
    if type(value) ~= "userdata" or metafield(value, "__name") ~= "plait.Table" then return nil end
    local ok, _, copy = pcall(metafield(value, "__pairs"), value)
    return ok and copy or nil
end

local function list_length(t)
    local length = 0
    while rawget(t, length + 1) ~= nil do length = length + 1 end
    return length
end

--------------------------------------------------------------------------------------------------------- tables

-- One table that is being shown: where it stands in the list part and in the other keys. What is shown of `value` is the
-- table `t`: itself, or what is in it.
local function open_table(value, t, elements)
    local length = list_length(t)
    local keys = other_keys(t, length)
    local is_list = #keys == 0 and length > 0
    local name = value == t and metafield(t, "__name") or value ~= t and "Table"
    return {
        value = value,
        table = t,
        length = length,
        keys = keys,
        next = 1,
        last = math.min(length + #keys, elements),
        opening = (type(name) == "string" and name or "") .. (is_list and "[" or "{"),
        closing = is_list and "]" or "}",
    }
end

-- Returns the text of the key and the value of the element that follows.
local function next_element(frame)
    local position = frame.next
    frame.next = position + 1
    if position <= frame.length then return "", rawget(frame.table, position) end
    local key = frame.keys[position - frame.length]
    return show_key(key), rawget(frame.table, key)
end

-- The text of an Array of which at most `most` elements are shown, and their number.
local function show_array(array, most)
    local count = #array
    local shown = math.max(0, math.min(count, most))
    local parts = {}
    for i = 1, shown do parts[i] = show_atom(array[i]) end
    if shown < count then parts[#parts + 1] = ("... %d more"):format(count - shown) end
    return ("Array(%q, [%s])"):format(array.type, table.concat(parts, ", ")), shown
end

-- The option `name`: a number from 0 on, math.huge for no limit.
local function check_option(options, name, default)
    local number = options[name]
    if number == nil then return default end
    if type(number) ~= "number" or not (number >= 0) then
        internal.raise("usage", ("repr: %s is %s, not a number from 0 on"):format(name, internal.describe(number)))
    end
    return number
end

local function check_options(options)
    if options == nil then return {} end
    if type(options) ~= "table" then
        internal.raise("usage", ("repr: argument 2 is %s, not a table such as {depth = 2}"):format(
            internal.describe(options)))
    end
    for name in next, options do
        if name ~= "depth" and name ~= "elements" and name ~= "width" then
            internal.raise("usage", ("repr: there is no option '%s'; there are 'depth', 'elements' and 'width'"):format(
                tostring(name)))
        end
    end
    return options
end

--------------------------------------------------------------------------------------------------------- layout

-- What is to stand on several lines comes in pieces: texts, and tables that say where a list of elements opens, where
-- its elements are separated, and where it closes.
local separator = { text = ", " }

local function columns(text)
    return utf8.len(text) or #text
end

-- For each piece the columns it takes on one line: what opens, up to what closes it; a separator, up to the end of the
-- element behind it. Also whether what opens has others inside of it.
local function measure(pieces)
    local sizes, nests, opened, pending = {}, {}, {}, {}
    local total = 0
    for i, piece in ipairs(pieces) do
        local text = type(piece) == "string" and piece or piece.text
        local inner = opened[#opened]
        if piece == separator or type(piece) == "table" and piece.closes then
            local last = pending[#opened]
            if last then sizes[last] = total - sizes[last] end
            pending[#opened] = nil
        end
        if piece == separator then
            pending[#opened] = i
            sizes[i] = total
        elseif type(piece) == "table" and piece.opens then
            if inner then nests[inner] = true end
            opened[#opened + 1] = i
            sizes[i] = total
        elseif type(piece) == "table" then
            opened[#opened] = nil
            sizes[inner] = total + #text - sizes[inner]
        end
        total = total + columns(text)
    end
    return sizes, nests
end

local function lay_out(pieces, width)
    local sizes, nests = measure(pieces)
    local out, broken, column = {}, {}, 0
    local function put(text)
        out[#out + 1] = text
        column = column + columns(text)
    end
    local function new_line()
        column = 0
        out[#out + 1] = "\n"
        put(("    "):rep(#broken))
    end
    local flat = 0 -- how many have opened and not closed since one that fits
    for i, piece in ipairs(pieces) do
        local text = type(piece) == "string" and piece or piece.text
        if flat > 0 or type(piece) == "string" then
            put(text)
            if type(piece) == "table" then flat = flat + (piece.opens and 1 or piece.closes and -1 or 0) end
        elseif piece.opens and (column + sizes[i] < width or pieces[i + 1].closes) then
            put(text)
            flat = 1
        elseif piece.opens then
            put(text)
            broken[#broken + 1] = { fills = text:sub(-1) == "[" and not nests[i] }
            new_line()
        elseif piece.closes then
            broken[#broken] = nil
            new_line()
            put(text)
        elseif broken[#broken].fills and column + sizes[i] < width then
            put(text)
        else
            put(",")
            new_line()
        end
    end
    return table.concat(out)
end

-- repr(value[, options]) -> string. options: depth, how many levels of tables are opened, default 8; elements, how many
-- elements of a table are shown, default 1000; width, of lines, default one line.
local function repr(value, options)
    options = check_options(options)
    local depth = check_option(options, "depth", 8)
    local elements = check_option(options, "elements", 1000)
    local width = check_option(options, "width", math.huge)
    local budget = 100 * elements
    local out, stack, is_open = {}, {}, {}

    local function write(text) out[#out + 1] = text end

    local function show(v)
        if type(v) == "userdata" and metafield(v, "__name") == "plait.Array" then
            local text, shown = show_array(v, math.min(elements, budget))
            budget = budget - shown
            return write(text)
        end
        if is_open[v] then return write("<cycle>") end
        local content = content_of(v)
        if type(v) ~= "table" and not content then return write(show_atom(v)) end
        local text = not content and show_object(v)
        if text then return write(text) end
        if #stack >= depth and next(content or v) ~= nil then return write("{...}") end
        local frame = open_table(v, content or v, elements)
        write({ text = frame.opening, opens = true })
        stack[#stack + 1] = frame
        is_open[v] = true
    end

    local function close(frame)
        local missing = frame.length + #frame.keys - (frame.next - 1)
        if missing > 0 then
            if frame.next > 1 then write(separator) end
            write("... " .. missing .. " more")
        end
        write({ text = frame.closing, closes = true })
        stack[#stack] = nil
        is_open[frame.value] = nil
    end

    show(value)
    while #stack > 0 do
        local frame = stack[#stack]
        if frame.next > frame.last or budget <= 0 then
            close(frame)
        else
            if frame.next > 1 then write(separator) end
            budget = budget - 1
            local key, element = next_element(frame)
            write(key)
            show(element)
        end
    end
    return lay_out(out, width)
end

return repr
