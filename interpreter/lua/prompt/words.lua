-- words.lua: Lua code as a list of words, for what the prompt does with the text of an entry.
--
--     words.split("local x = 1 -- one")
--     --> {kind = "keyword", text = "local", from = 1, to = 5}, {kind = "name", text = "x", ...}, ...
--
-- Kinds are "name", "keyword", "number", "string", "symbol" and "comment". Any text has words: what is not Lua is one
-- symbol a byte, and a string or comment that is not closed ends with the text (`is_open`).
--
-- words.instrument(code) finds the local variables of an entry that later entries are to see, and puts calls into the
-- code that hand them over. Nothing else of it changes, no line moves.

local words = {}

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
    until while]]):gmatch("%a+") do
    keywords[word] = true
end
words.keywords = keywords

----------------------------------------------------------------------------------------------------------- words

local function long_end(code, from, level)
    local _, to = code:find("]" .. level .. "]", from, true)
    return to or #code, not to
end

local function quoted_end(code, from)
    local quote, at = code:sub(from, from), from + 1
    while true do
        local found = code:find('[\\\n"\']', at)
        if not found then return #code, true end
        local char = code:sub(found, found)
        if char == quote then return found, false end
        if char == "\n" then return found - 1, true end
        at = found + (char == "\\" and 2 or 1)
    end
end

local function number_end(code, from)
    local signs = code:find("^0[xX]", from) and "[pP]$" or "[eE]$"
    local _, to = code:find("^[%w.]+", from)
    while code:sub(from, to):find(signs) and code:find("^[+-]", to + 1) do
        local _, more = code:find("^[%w.]*", to + 2)
        to = more
    end
    return to
end

local symbols = { "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>" }

-- Returns kind, last position, whether it is not closed.
local function read_word(code, from)
    local level = code:match("^%-%-%[(=*)%[", from)
    if level then return "comment", long_end(code, from + 4 + #level, level) end
    if code:find("^%-%-", from) then return "comment", (code:find("\n", from, true) or #code + 1) - 1 end
    local _, to = code:find("^[%a_][%w_]*", from)
    if to then return keywords[code:sub(from, to)] and "keyword" or "name", to end
    if code:find("^%.?%d", from) then return "number", number_end(code, from) end
    if code:find("^[\"']", from) then return "string", quoted_end(code, from) end
    level = code:match("^%[(=*)%[", from)
    if level then return "string", long_end(code, from + 2 + #level, level) end
    for _, symbol in ipairs(symbols) do
        if code:sub(from, from + #symbol - 1) == symbol then return "symbol", from + #symbol - 1 end
    end
    return "symbol", from
end

function words.split(code)
    local list, at = {}, 1
    while true do
        local from = code:find("%S", at)
        if not from then return list end
        local kind, to, is_open = read_word(code, from)
        list[#list + 1] = { kind = kind, text = code:sub(from, to), from = from, to = to, is_open = is_open or nil }
        at = to + 1
    end
end

---------------------------------------------------------------------------------------------------------- locals

local function set(text)
    local t = {}
    for word in text:gmatch("%S+") do t[word] = true end
    return t
end

local opens = set("do then function repeat")
local closes = set("end until elseif")
local begins_statement = set("local if while for repeat do return goto break")
local ends_value = set("end nil true false")

-- Whether an expression may end with the word: a name that follows it begins a statement.
local function may_end_value(word)
    if word.kind == "keyword" then return ends_value[word.text] end
    if word.kind == "symbol" then return word.text:find("^[%)%]}]$") or word.text == "..." end
    return true
end

local function begins(word, before)
    if word.kind == "keyword" and begins_statement[word.text] then return true end
    if word.kind == "symbol" then return word.text == ";" or word.text == "::" end
    local is_head = word.kind == "name" or word.text == "function"
    return is_head and may_end_value(before)
end

-- list[i] is the word after `local`. Returns the names, each with its attribute, and the index of the last word.
local function read_names(list, i)
    local names = {}
    while list[i] and list[i].kind == "name" do
        local name = { text = list[i].text }
        if list[i + 1] and list[i + 1].text == "<" then
            name.attribute = list[i + 2] and list[i + 2].text
            i = i + 3
        end
        names[#names + 1] = name
        if not (list[i + 1] and list[i + 1].text == ",") then break end
        i = i + 2
    end
    return names, i
end

-- The statements `local` that are in no block: {to = position after which they are over, names = {...}}.
local function find_locals(list)
    local found, depth, nest = {}, 0, 0
    local open -- the one that has not ended
    local function finish(word)
        open.to = word.to
        found[#found + 1], open = open, nil
    end
    local i = 1
    while i <= #list do
        local word = list[i]
        if open and open.has_value and depth == 0 and nest == 0 and i > open.first and begins(word, list[i - 1]) then
            finish(list[i - 1])
        end
        if word.kind == "keyword" then
            if closes[word.text] then depth = depth - 1 end
            if opens[word.text] then depth = depth + 1 end
            if open and open.is_function and word.text == "end" and depth == 0 then finish(word) end
        elseif word.kind == "symbol" then
            if word.text:find("^[%({%[]$") then nest = nest + 1 end
            if word.text:find("^[%)}%]]$") then nest = nest - 1 end
        end
        if word.text == "local" and word.kind == "keyword" and depth == 0 and nest == 0 and list[i + 1] then
            if list[i + 1].text == "function" then
                local name = list[i + 2]
                if name then open = { is_function = true, names = { { text = name.text } } } end
            else
                local names, last = read_names(list, i + 1)
                open = { names = names }
                i = last
                if list[i + 1] and list[i + 1].text == "=" then
                    open.has_value, open.first = true, i + 2
                elseif list[i] then
                    finish(list[i])
                end
            end
        end
        i = i + 1
    end
    if open and list[#list] then finish(list[#list]) end
    return found
end

-- Returns the code with `keep(function() return a, b end)` after each such statement, or nil if there is none, and
-- the set of all names in the code. Variables that are closed, and _ENV, are not handed over.
function words.instrument(code, keep)
    local list, used = {}, {}
    for _, word in ipairs(words.split(code)) do
        if word.kind ~= "comment" then list[#list + 1] = word end
        if word.kind == "name" then used[word.text] = true end
    end
    local parts, at = {}, 1
    for _, statement in ipairs(find_locals(list)) do
        local names = {}
        for _, name in ipairs(statement.names) do
            if name.attribute ~= "close" and name.text ~= "_ENV" then names[#names + 1] = name.text end
        end
        if #names > 0 then
            local kinds = {}
            for _, name in ipairs(statement.names) do
                if name.attribute == "const" then kinds[#kinds + 1] = name.text .. " = true" end
            end
            local listed = table.concat(names, ", ")
            parts[#parts + 1] = code:sub(at, statement.to)
            parts[#parts + 1] = (" %s(%q, {%s}, function() return %s end) "):format(keep, listed,
                table.concat(kinds, ", "), listed)
            at = statement.to + 1
        end
    end
    if #parts == 0 then return nil, used end
    return table.concat(parts) .. code:sub(at), used
end

return words
