-- commands.lua: what the prompt understands besides Lua. No Lua begins with a point and a letter.
--
--     commands.run(session, ".time f(20)")     --> what session:read returns
--
-- What takes time, or raises, is a function that is run as an entry is.

local internal = require "plait.internal"
local plait = require "plait"

local table, type, io, debug = table, type, io, debug

local commands = {}

local help = [[
Type Lua: a statement, or an expression, whose values are shown; `_` is the last one.
An entry may take several lines. It may wait; tasks and threads go on meanwhile, and
while you type. A local variable outside of blocks is there for later entries.

.help [TOPIC]  this text; or a topic of `plait help`, such as .help wait
.tasks         the strands that are there, and what each one waits for
.kill N        tells the task of that number to stop; .kill thread 2, .kill process 3
.time CODE     runs it, and says how long it took
.doc NAME      what the manual says of it; or the comment above a function of yours
.load FILE     runs the file as an entry
.save FILE     writes the entries of this session to a new file
.exit          leaves, as does Ctrl-D

Ctrl-C drops what is typed, or cancels what runs. Tab completes. A semicolon at the
end of an expression keeps its values from being shown.]]

local function trim(text)
    return text:match("^%s*(.-)%s*$")
end

----------------------------------------------------------------------------------------------------------- strands

-- The columns of the list, for one strand.
local function describe(strand)
    local what = strand.state
    if strand.wait then what = what .. " (" .. strand.wait .. ")" end
    local name = strand.name and " '" .. strand.name .. "'" or ""
    return strand.key .. name, what, strand.place or strand.started_at or ""
end

function commands.tell_strands(session, title)
    local rows, widths = {}, { 0, 0 }
    for _, strand in ipairs(plait.strands()) do
        if strand.kind ~= "main" then
            local row = { describe(strand) }
            rows[#rows + 1] = row
            for i = 1, 2 do widths[i] = math.max(widths[i], #row[i]) end
        end
    end
    if #rows == 0 then return false end
    if title then session:say(title) end
    for _, row in ipairs(rows) do
        session:say(("%-" .. widths[1] .. "s  %-" .. widths[2] .. "s  %s"):format(row[1], row[2], row[3]))
    end
    return true
end

local function tasks(session)
    return "run", function()
        if not commands.tell_strands(session) then session:say("there are no tasks, threads or processes") end
    end
end

local kinds = { "task", "thread", "process" }
local lists = { task = plait.tasks, thread = plait.threads, process = plait.processes }

local function kill(session, argument)
    local kind, number = argument:match("^(%l*)%s*(%d+)$")
    number = math.tointeger(tonumber(number))
    if not number or kind ~= "" and not lists[kind] then
        session:say("which one? .kill 3 or .kill thread 3; .tasks lists them")
        return "none"
    end
    return "run", function()
        local found = {}
        for _, each in ipairs(kinds) do
            for _, handle in ipairs((kind == "" or kind == each) and lists[each]() or {}) do
                if handle.id == number then found[#found + 1] = handle end
            end
        end
        if #found == 0 then
            session:say(("there is no %s %d"):format(kind == "" and "strand" or kind, number))
        elseif #found > 1 then
            session:say(("which one? .kill %s %d or .kill %s %d"):format(found[1].kind, number, found[2].kind, number))
        else
            found[1]:cancel("killed at the prompt")
            session:say(("%s %d is told to stop"):format(found[1].kind, number))
        end
    end
end

------------------------------------------------------------------------------------------------------------- code

local function time(session, argument)
    local f, message = session:compile(argument)
    if not f then return "wrong", message end
    local function finish(from, ...)
        session:say(("%.6f s"):format(plait.now() - from))
        return ...
    end
    return "run", function() return finish(plait.now(), f()) end
end

local function load_file(session, path)
    if path == "" then
        session:say("which file? .load FILE")
        return "none"
    end
    local file, message = io.open(path, "rb")
    if not file then return "wrong", message end
    local text = file:read("a")
    file:close()
    if not text then return "wrong", path .. ": cannot be read" end
    local name = session.chunk_name
    session.chunk_name = "@" .. path
    local f, wrong = session:compile((text:gsub("^#[^\n]*", "")))
    session.chunk_name = name
    if not f then return "wrong", wrong end
    return "run", f
end

local function save(session, path)
    if path == "" then
        session:say("to which file? .save FILE")
        return "none"
    end
    local old = io.open(path, "rb")
    if old then
        old:close()
        return "wrong", path .. ": is there already"
    end
    local file, message = io.open(path, "wb")
    if not file then return "wrong", message end
    local _, failure = file:write(table.concat(session.entries, "\n"), #session.entries > 0 and "\n" or "")
    local closed, late = file:close()
    if failure or not closed then return "wrong", failure or late end
    session:say(("%d entries"):format(#session.entries))
    return "none"
end

-------------------------------------------------------------------------------------------------------------- doc

local function plain(text)
    text = text:gsub("%[([^%]`]+)%]%(#[^)]*%)", "%1") -- links
    return (text:gsub("`", ""))
end

-- What begins in this line of the manual and has the name in front: "| `f(x)` | text |", "`f(x) -> y`: text".
local function entry_at(lines, i, name)
    local line = lines[i]
    local row = line:match("^|%s*(`.*)|%s*$")
    local head = (row or line:gsub("^%* ", "")):match("^`([^`]+)`")
    if not head then return nil end
    local called = head:match("^([%w_.:]+)[({]") or head:match("^([%w_.:]+)$")
    local short = called and called:match("[%w_]+$")
    if not called or called ~= name and short ~= name and called ~= "plait." .. name then return nil end
    if not head:find("[({]") then return nil end
    local parts = { row or line:gsub("^%* ", "") }
    if not row then
        local k = i + 1
        while lines[k] and lines[k]:find("%S") and not lines[k]:find("^[*|#]") do
            parts[#parts + 1] = trim(lines[k])
            k = k + 1
        end
    end
    return plain(table.concat(parts, " "))
end

local function wrap(text, width)
    local lines, line = {}, ""
    for word in text:gmatch("%S+") do
        if line ~= "" and #line + 1 + #word > width then
            lines[#lines + 1] = line
            line = "   "
        end
        line = line == "" and word or line .. " " .. word
    end
    lines[#lines + 1] = line
    return table.concat(lines, "\n")
end

local function from_manual(session, name)
    local lines, width = {}, math.min(session:columns(), 100) - 1
    for line in internal.text("manual.md"):gmatch("([^\n]*)\n") do lines[#lines + 1] = line end
    for _, sought in ipairs({ name, name:match(":([%w_]+)$") }) do
        local found = 0
        for i = 1, #lines do
            local entry = found < 8 and entry_at(lines, i, sought)
            if entry then
                session:say(wrap(entry:gsub("%s*|%s*", ": ", 1):gsub("%s*|%s*", "; "), width))
                found = found + 1
            end
        end
        if found > 0 then return true end
    end
    return false
end

-- The comment that stands right above the function, and its first line.
local function from_source(session, f)
    local info = debug.getinfo(f, "S")
    if info.what == "C" or info.source:sub(1, 1) ~= "@" then return false end
    local file = io.open(info.source:sub(2), "rb")
    if not file then return false end
    local lines = {}
    for line in file:lines() do
        lines[#lines + 1] = line
        if #lines == info.linedefined then break end
    end
    file:close()
    local first = #lines
    while first > 1 and lines[first - 1]:find("^%s*%-%-") do first = first - 1 end
    for i = first, #lines do session:say(trim(lines[i])) end
    session:say(("(%s:%d)"):format(info.short_src, info.linedefined))
    return true
end

local function value_of(session, path)
    local value = load("return " .. path, "=doc", "t")
    local name, is_kept = session:variable(path)
    if is_kept then return name end
    local ok, found = pcall(value or error)
    return ok and found or nil
end

local function doc(session, name)
    if not name:find("^[%w_.:]+$") then
        session:say("of what? .doc plait.select, .doc h:cancel, .doc NAME")
        return "none"
    end
    return "run", function()
        local value = value_of(session, name)
        if type(value) == "function" and from_source(session, value) then return end
        if from_manual(session, name) then return end
        session:say("the manual has no entry for " .. name .. "; .help lists topics")
    end
end

------------------------------------------------------------------------------------------------------------- all

local all = {
    exit = function() return "leave" end,
    help = function(session, topic)
        local text = help
        if topic ~= "" then text = session.topics and session.topics(topic) or "there is no topic '" .. topic .. "'" end
        session:say((text:gsub("\n$", "")))
        return "none"
    end,
    tasks = tasks,
    kill = kill,
    time = time,
    doc = doc,
    load = load_file,
    save = save,
}

-- Their names, with the point.
commands.names = {}
for name in pairs(all) do commands.names[#commands.names + 1] = "." .. name end
table.sort(commands.names)

function commands.run(session, text)
    local name, argument = text:match("^%s*%.(%a+)%s*(.*)$")
    local command = all[name]
    if not command then
        session:say("there is no command ." .. name .. "; .help lists them")
        return "none"
    end
    return command(session, trim(argument))
end

return commands
