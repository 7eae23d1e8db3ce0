-- The same when nobody awaits it: the report names the error, the strand, its start and its stack; the status is 1.
local names = { "c_overflow", "false", "generator", "memory", "nested", "nil", "overflow", "runtime", "string", "table" }
if arg[1] then
    local matrix = require "matrix"
    matrix.starts[arg[1]]{ matrix.ways[arg[2]][1], name = "the strand" }
    return
end

local wanted = {
    c_overflow = "C stack overflow", ["false"] = "(error object is a boolean value)", generator = "in a generator",
    memory = "not enough memory", nested = "below", ["nil"] = "(error object is a nil value)", overflow = "stack overflow",
    runtime = "attempt to index a nil value (local 't')", string = "text", table = "Class 7",
}
-- AddressSanitizer complains of a request for that much memory itself.
if os.getenv("PLAIT_PRESET") == "asan" then table.remove(names, 4) end

local function run(...)
    local out = io.popen(table.concat({ arg[-1], arg[0], ... }, " ") .. " 2>&1")
    local text = out:read("a")
    return text, select(2, out:close())
end
for _, kind in ipairs{ "task", "thread", "process" } do
    for _, name in ipairs(names) do
        local text, why, status = run(kind, name)
        local first, second, third = text:match("^([^\n]*)\n([^\n]*)\n?([^\n]*)")
        local is_right = first and first:find(wanted[name], 1, true)
            and second:match("^in " .. kind .. " %d+ 'the strand', started at matrix_unreceived%.lua:5$")
            and (third == "stack traceback:" or name == "memory") and why == "exit" and status == 1
        if name == "nested" then is_right = is_right and text:find("in thread %d+ 'inner thread', started at") end
        if not is_right then print(kind, name, why, status, text) end
    end
end
