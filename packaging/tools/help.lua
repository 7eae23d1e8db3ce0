-- What the program says of itself, out of the text of `plait --help`.
--
--     local program = dofile("help.lua").read("build/release/plait")
--     program.version                   --> "0.1.0"
--     program.usages                    --> {"[options] [script [args]]", "repl", ...}
--     program.options                   --> {{name = "-e", argument = "stat", text = "execute string 'stat'"}, ...}
--     program.commands                  --> {{name = "ps", usage = "ps [--json] [PID]", summary = ..., options = {...}}, ...}
--     program.topics                    --> {{name = "start", summary = ...}, ...}

local M = {}

local function run(program, words)
    local pipe = assert(io.popen("'" .. program .. "' " .. words .. " </dev/null 2>&1"))
    local text = pipe:read("a")
    assert(pipe:close(), "it failed: " .. program .. " " .. words .. "\n" .. text)
    return text
end

-- Options in a text of help: a line that begins with a dash, or several names, as "-f, --filter PATTERN"; two blanks or the
-- end of the line are behind the argument, the text is what follows there and in lines that are indented further.
local function read_options(text)
    local options = {}
    for line in text:gmatch("[^\n]+") do
        local indent = #line:match("^%s*")
        local head, rest = line:match("^%s+(%-.-)%s%s+(%S.*)$")
        head = head or line:match("^%s+(%-.*)$")
        local option, more = options[#options], line:match("^%s+(.*)$")
        if head and indent < 8 then
            local name, argument = head:match("^(.*%-%S*)%s+([^-%s]%S*)%s*$")
            options[#options + 1] = { name = name or head:match("^(.-)%s*$"), argument = argument or "", text = rest or "" }
        elseif more and indent >= 10 and option then
            option.text = option.text == "" and more or option.text .. "\n" .. more
        end
    end
    return options
end

-- The lines between one that begins with `first` and the next that begins in the first column.
local function section(text, first)
    local lines, inside = {}, false
    for line in text:gmatch("[^\n]*") do
        if line:find(first, 1, true) == 1 then
            inside = true
        elseif line:find("^%S") then
            inside = false
        elseif inside then
            lines[#lines + 1] = line
        end
    end
    assert(#lines > 0, "no lines below '" .. first .. "'")
    return table.concat(lines, "\n")
end

local function read_pairs(text)
    local list = {}
    for name, summary in text:gmatch("  (%S+)%s+([^\n]+)") do list[#list + 1] = { name = name, summary = summary } end
    return list
end

-- Those in brackets of the usage, and if that says [options], those that `plait NAME --help` tells.
local function command_options(program, command)
    local options = {}
    if command.usage:lower():find("[option", 1, true) then
        options = read_options(run(program, command.name .. " --help"))
    end
    for name in command.usage:gmatch("%[(%-%-?[%w-]+)%]") do
        options[#options + 1] = { name = name, argument = "", text = "" }
    end
    return options
end

function M.read(program)
    local text = run(program, "--help")
    local usages = {}
    for line in (text:match("^(.-)\nAvailable options") .. "\n"):gmatch("[^\n]+") do
        usages[#usages + 1] = line:gsub("^usage: ", ""):match("^%s*%S*plait (.*)$")
    end
    local commands = read_pairs(section(text, "Available commands are:"))
    for _, command in ipairs(commands) do
        for _, usage in ipairs(usages) do
            if usage:match("^%S+") == command.name then command.usage = usage end
        end
        assert(command.usage, "no usage of " .. command.name)
        command.options = command_options(program, command)
    end
    return {
        version = run(program, "--version"):match("^plait (%S+)"),
        usages = usages,
        options = read_options(section(text, "Available options are:")),
        commands = commands,
        topics = read_pairs(section(run(program, "help"), "Topics of help are:")),
    }
end

return M
