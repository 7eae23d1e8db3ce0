-- An error in a __close handler replaces the one it was called for; the report has both, wherever it happened.
local function failing(name)
    return setmetatable({}, { __close = function() error(name .. " cannot be closed") end })
end
local function work()
    local a <close> = failing("a")
    local b <close> = failing("b")
    error("the first one")
end

if arg[1] then
    local starts = { main = function(f) f() end, task = async, thread = spawn_thread, process = spawn_process }
    local h = starts[arg[1]](work)
    if arg[2] then await(h) end
    return
end

-- What ends the strand is the last one, with its class and fields.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    print(select(2, pcall(await, start(work))))
end
--> close_replaces.lua:3: a cannot be closed
--> close_replaces.lua:3: a cannot be closed
--> close_replaces.lua:3: a cannot be closed

local function report(...)
    local out = io.popen(table.concat({ arg[-1], arg[0], ... }, " ") .. " 2>&1")
    local text = out:read("a")
    local _, _, status = out:close()
    local places, at = {}, 1
    for _, wanted in ipairs{ ":3: a cannot be closed", "\nraised in a __close handler (close_replaces.lua:3), in place of this error:\n",
        ":3: b cannot be closed", "\nraised in a __close handler (close_replaces.lua:3), in place of this error:\n", ":8: the first one",
        "stack traceback:\n\t[C]: in function 'error'\n\tclose_replaces.lua:8: in " } do
        local from, to = text:find(wanted, at, true)
        if not from then return wanted .. " is missing in " .. text end
        at = to
    end
    return status
end
for _, kind in ipairs{ "main", "task", "thread", "process" } do
    print(report(kind), kind == "main" or report(kind, "await"))
end
--> 1	true
--> 1	1
--> 1	1
--> 1	1
