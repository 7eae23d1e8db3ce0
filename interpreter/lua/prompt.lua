-- prompt.lua: a session at a prompt, without the line editor and without the waiting for input.
--
--     local session = require "plait.prompt".new{ write = function(text) io.write(text) end, width = 80, colour = false }
--     local what, a, b = session:read("1 + 1")
--     if what == "run" then session:show(a, a()) end          --> 2
--
-- session:read(text) takes what was typed so far, one line or more, and returns
--   "run", f, ...      functions to be called in this order, until one of them fails; session:show(f, results...) after each
--   "open"             an entry that goes on: read again with a line more
--   "wrong", message   it does not compile
--   "none"             nothing is to be run
--   "leave"            the session is to end
-- The functions run in whatever strand calls them, and may wait. Whoever has the session tells a failure by
-- session:complain(report).
--
-- An entry is compiled as an expression, whose values are shown, or else as statements. A local variable of an entry that
-- is in no block stays there for later entries: as the same variable, which functions of both share. For that the entry
-- hands the variable over when it is declared (words.instrument), and a later entry that has its name is compiled inside
-- of a function with such a variable, and joined to the one that was handed over. One with the attribute `close` is closed
-- at the end of its entry, and not kept.

local internal = require "plait.internal"
local words = require "plait.prompt.words"
local completion = require "plait.prompt.completion"
local commands = require "plait.prompt.commands"
local plait = require "plait"

local debug, load, pcall, table, type, tostring = debug, load, pcall, table, type, tostring
local repr = plait.repr

-- How a name of the session's own begins, which the entry's code sees.
local KEEP = "__plait_keep"

local Session = {}
Session.__index = Session

------------------------------------------------------------------------------------------------------------ output

local colours = { string = "\27[32m", number = "\27[36m", keyword = "\27[35m", comment = "\27[2m" }

-- The same text with colours for the eye: of what repr makes, which has the words of Lua.
function Session:paint(text)
    if not self.colour then return text end
    local parts, at = {}, 1
    for _, word in ipairs(words.split(text)) do
        local colour = colours[word.kind]
        if colour then
            parts[#parts + 1] = text:sub(at, word.from - 1) .. colour .. word.text .. "\27[0m"
            at = word.to + 1
        end
    end
    return table.concat(parts) .. text:sub(at)
end

function Session:columns()
    local width = self.width
    if type(width) == "function" then width = width() end
    return width or 80
end

function Session:say(text)
    self.write(text .. "\n")
end

-- Tells an error: its first line is the message, below may stand a traceback.
function Session:complain(report)
    if self.colour then report = "\27[31m" .. report:gsub("\n", "\27[0m\n", 1) .. "\27[0m" end
    self.write_error(report .. "\n")
end

function Session:keep_last(value)
    if not self.is_one_of_many then
        _G._ = value
    else
        self.variables._ = { f = function() return value end, index = 1 }
    end
end

-- Shows what the function, which read has returned, has returned; the last value is `_` from then on.
function Session:show(f, ...)
    local count = select("#", ...)
    if count == 0 then return end
    self:keep_last((select(count, ...)))
    if self.silent[f] then return end
    for i = 1, count do
        local text = repr((select(i, ...)), { depth = 6, elements = 100, width = self:columns() })
        self:say(self:paint(text))
    end
end

------------------------------------------------------------------------------------------------------------ locals

-- What the code of an entry calls where it has declared variables.
local function keeper(session)
    return function(listed, constants, capture)
        local places = {}
        for i = 1, 255 do
            local name = debug.getupvalue(capture, i)
            if not name then break end
            places[name] = i
        end
        local values, at = table.pack(capture()), 0
        for name in listed:gmatch("[^, ]+") do
            at = at + 1
            local variable = { f = capture, index = places[name], is_constant = constants[name] }
            if not variable.index then -- its value is known when it is compiled
                local value = values[at]
                variable.f, variable.index = function() return value end, 1
            end
            session.variables[name] = variable
        end
    end
end

-- The value of a variable, and whether there is one of that name.
function Session:variable(name)
    local variable = self.variables[name]
    if not variable then return nil, false end
    local _, value = debug.getupvalue(variable.f, variable.index)
    return value, true
end

-- Compiles code that is known to be right, so that it sees the variables and leaves its own.
function Session:compile_inside(code, plain)
    local instrumented, used = words.instrument(code, KEEP)
    local names = {}
    for name in pairs(used) do
        local variable = self.variables[name]
        if variable then names[#names + 1] = name .. (variable.is_constant and " <const>" or "") end
    end
    if #names == 0 and not instrumented then return plain end
    table.sort(names)
    table.insert(names, 1, KEEP)
    local wrapped = ("local %s return function(...) %s\nend"):format(table.concat(names, ", "), instrumented or code)
    local outer, message = load(wrapped, self.chunk_name, "t")
    if not outer then
        if message:find("const variable", 1, true) then return nil, message end
        return plain -- there are too many variables
    end
    local f = outer()
    for i = 1, 255 do
        local name = debug.getupvalue(f, i)
        if not name then break end
        local variable = self.variables[name]
        if name == KEEP then
            debug.setupvalue(f, i, self.keep)
        elseif variable and name ~= "_ENV" then
            debug.upvaluejoin(f, i, variable.f, variable.index)
        end
    end
    return f
end

------------------------------------------------------------------------------------------------------------ entries

local function is_open(message)
    return message:sub(-5) == "<eof>"
end

-- Returns the function and whether its values are to be shown; or nil, message, whether more lines may help.
function Session:compile(text)
    local expression, wrong = load("return " .. text:gsub("^=", "", 1), self.chunk_name, "t")
    if expression then
        return self:compile_inside("return " .. text:gsub("^=", "", 1), expression)
    end
    local may_go_on = is_open(wrong)
    if text:sub(1, 1) == "=" then return nil, wrong, may_go_on end
    local statements, message = load(text, self.chunk_name, "t")
    if statements then return self:compile_inside(text, statements) end
    return nil, message, may_go_on or is_open(message)
end

-- Whether its values are not to be shown: it ends with a semicolon.
local function ends_silently(text)
    local last
    for _, word in ipairs(words.split(text)) do
        if word.kind ~= "comment" then last = word end
    end
    return last and last.text == ";"
end

-- What was pasted may be several entries, of which each begins a line. Returns them, or nil if that does not explain it.
function Session:compile_pieces(text)
    local functions, piece = {}, nil
    for line in (text .. "\n"):gmatch("(.-)\n") do
        piece = piece and piece .. "\n" .. line or line
        if not piece:find("%S") then
            piece = nil
        else
            local f, _, may_go_on = self:compile(piece)
            if f then
                -- Compiled once more when it is its turn: it may see what those before it declare.
                local code = piece
                functions[#functions + 1] = function() return (self:compile(code))() end
                self.silent[functions[#functions]] = ends_silently(code)
                piece = nil
            elseif not may_go_on then
                return nil
            end
        end
    end
    return not piece and #functions > 1 and functions or nil
end

local words_alone = {
    help = "Type .help for help.",
    exit = "Type .exit or Ctrl-D to leave.",
    quit = "Type .exit or Ctrl-D to leave.",
}

function Session:remember(text)
    self.entries[#self.entries + 1] = text
end

function Session:read(text)
    if not text:find("%S") then return "none" end
    if text:find("^%s*%.%a") and not text:find("\n.*%S") then return commands.run(self, text) end
    local alone = words_alone[text:match("^%s*(%a+)%s*$") or ""]
    if alone and rawget(_G, text:match("%a+")) == nil and not self.variables[text:match("%a+")] then
        self:say(alone)
        return "none"
    end
    local f, message, may_go_on = self:compile(text)
    if f then
        self.silent[f] = ends_silently(text)
        self:remember(text)
        return "run", f
    end
    if may_go_on then return "open" end
    local pieces = text:find("\n", 1, true) and self:compile_pieces(text)
    if pieces then
        self:remember(text)
        return "run", table.unpack(pieces)
    end
    return "wrong", message
end

-- The code has ended although its entry is open: what is wrong with it.
function Session:read_end(text)
    local _, message = load(text, self.chunk_name, "t")
    return message
end

-- The text that stands before the entry's first line, or before the others.
function Session:prompt(is_first)
    local value = rawget(_G, is_first and "_PROMPT" or "_PROMPT2")
    if value == nil then return self.prompts[is_first and 1 or 2] end
    local ok, text = pcall(tostring, value)
    return ok and text or "> "
end

-- See prompt/completion.lua.
function Session:complete(before)
    return completion.find(self, before)
end

-- Says which strands go on when the session is left, if there are some.
function Session:tell_left()
    commands.tell_strands(self, "still running; the program ends after them, or with Ctrl-C:")
end

------------------------------------------------------------------------------------------------------------- new

local prompt = {}

-- options: write, a function of a text; write_error, the same for errors, else write; width, a number of columns or a
-- function that returns it; colour, whether there is; chunk_name, of the entries, default "=stdin"; topics, a function
-- that returns the text of a topic of `plait help`, or nil; prompts, what stands before an entry's first line and before
-- the others unless the program says so; is_one_of_many, whether `_` is the session's own and not a global.
function prompt.new(options)
    if type(options) ~= "table" or not internal.is_callable(options.write) then
        internal.raise("usage", "prompt.new: there is no function options.write")
    end
    local session = setmetatable({
        write = options.write,
        write_error = options.write_error or options.write,
        width = options.width,
        colour = options.colour,
        topics = options.topics,
        prompts = options.prompts or { "> ", ">> " },
        is_one_of_many = options.is_one_of_many,
        chunk_name = options.chunk_name or "=stdin",
        variables = {}, -- by name: the upvalue of a function that is the variable
        entries = {}, -- the text of those that were run
        silent = setmetatable({}, { __mode = "k" }), -- functions whose values are not shown
    }, Session)
    session.keep = keeper(session)
    return session
end

return prompt
