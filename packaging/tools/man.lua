-- Fills a template of a manual page with what the program says of itself: `plait --help`, and for commands with options of
-- their own `plait COMMAND --help`.
--
--     plait man.lua TEMPLATE PAGE

local template_path, page_path = arg[1], arg[2]
assert(page_path, "usage: man.lua TEMPLATE PAGE")
local i = -1
while arg[i - 1] do i = i - 1 end
local here = arg[0]:match("^(.*)/[^/]*$") or "."
local program = dofile(here .. "/help.lua").read(arg[i])

-- Text as roff has it: no word is an escape, an option's dash can be copied.
local function roff(text)
    text = text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("'", "\\(aq")
    return (text:gsub("^%.", "\\&."):gsub("\n%.", "\n\\&."))
end

local function bold(text) return ".B " .. roff(text) end

-- A head and its text below, indented.
local function paragraph(head, text) return (".TP\n%s\n%s"):format(head, roff(text)) end

local function option_text(options)
    local list = {}
    for _, option in ipairs(options) do
        local head = ".BI \"" .. roff(option.name)
        head = option.argument == "" and head .. "\"" or head .. " \" \"" .. roff(option.argument) .. "\""
        list[#list + 1] = paragraph(head, option.text)
    end
    return table.concat(list, "\n")
end

local parts = { VERSION = roff(program.version) }

local synopsis = {}
for _, usage in ipairs(program.usages) do synopsis[#synopsis + 1] = bold("plait") .. "\n" .. roff(usage) end
parts.SYNOPSIS = table.concat(synopsis, "\n.br\n")

local commands = {}
for _, command in ipairs(program.commands) do
    commands[#commands + 1] = paragraph(bold("plait " .. command.usage), command.summary)
    if #command.options > 0 then
        commands[#commands + 1] = ".RS\n" .. option_text(command.options) .. "\n.RE"
    end
end
parts.COMMANDS = table.concat(commands, "\n")
parts.OPTIONS = option_text(program.options)

local file = assert(io.open(template_path))
local page = file:read("a"):gsub("@(%u+)@", parts)
file:close()
local output = assert(io.open(page_path, "w"))
assert(output:write(page))
assert(output:close())
