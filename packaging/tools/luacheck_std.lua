-- Writes the std of luacheck: the globals of plait and their fields, as the definition files have them.
--
--     plait luacheck_std.lua LIBRARY OUTPUT

local here = arg[0]:match("^(.*)/[^/]*$") or "."
local definitions = dofile(here .. "/definitions.lua").read(arg[1])
local output = assert(io.open(assert(arg[2], "usage: luacheck_std.lua LIBRARY OUTPUT"), "w"))

local function line(form, ...) assert(output:write(form:format(...), "\n")) end

local function sorted_names(t)
    local names = {}
    for name in pairs(t) do names[#names + 1] = name end
    table.sort(names)
    return names
end

-- A module of its own is a field with fields; what is shared may have any.
local function field_text(name, indent)
    local module = definitions.modules["plait." .. name]
    if name == "shared" then return "{ other_fields = true, read_only = false }" end
    if name == "stdin" then return "{ other_fields = true }" end
    if not module then return "{}" end
    local lines = { "{ fields = {" }
    for _, field in ipairs(sorted_names(module.names)) do
        lines[#lines + 1] = ("%s    %s = {},"):format(indent, field)
    end
    lines[#lines + 1] = indent .. "} }"
    return table.concat(lines, "\n")
end

line("-- The globals of plait, for luacheck. In .luacheckrc:")
line("--")
line("--     stds.plait = dofile(\"/usr/share/plait/luacheck/plait.lua\")")
line("--     std = \"lua54+plait\"")
line("return { read_globals = {")
for _, name in ipairs(sorted_names(definitions.globals)) do
    local module = definitions.modules[name]
    if not module then
        line("    %s = {},", name)
    else
        line("    %s = { fields = {", name)
        for _, field in ipairs(sorted_names(module.names)) do
            line("        %s = %s,", field, field_text(field, "        "))
        end
        line("    } },")
    end
end
line("} }")
assert(output:close())
