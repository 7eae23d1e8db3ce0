-- What ends a process instead of a strand: os.exit, signals. From whatever strand of a child: an error of kind "died" for those who
-- await the child, a report and status 1 if nobody does. In the program itself it is the program's end.
local ways = {
    exit = { function() os.exit(3) end, exitcode = 3 },
    exit_well = { function() os.exit(0) end, exitcode = 0 },
    exit_close = { function() os.exit(4, true) end, exitcode = 4 },
    SEGV = { function()
        os.execute("kill -SEGV " .. plait.pid())
        sleep(60)
    end, signal = 11 },
    KILL = { function()
        os.execute("kill -KILL " .. plait.pid())
        sleep(60)
    end, signal = 9 },
}
local names = { "exit", "exit_well", "exit_close", "KILL", "SEGV" }
-- The sanitizers report that signal themselves, and exit.
local preset = os.getenv("PLAIT_PRESET")
if preset == "asan" or preset == "tsan" then names[5] = nil end

local wheres = {
    main = function(f) return spawn_process{ f, name = "child" } end,
    task = function(f) return spawn_process{ function() await(async(f)) end, name = "child" } end,
    thread = function(f) return spawn_process{ function() await(spawn_thread(f)) end, name = "child" } end,
}
if arg[1] == "child" then
    wheres[arg[2]](ways[arg[3]][1])
    return
elseif arg[1] then
    local f = ways[arg[3]][1]
    if arg[2] == "main" then f() end
    await((arg[2] == "task" and async or spawn_thread)(f))
end

local function run(...)
    local out = io.popen("exec " .. table.concat({ arg[-1], arg[0], ... }, " ") .. " 2>&1")
    local text = out:read("a")
    return text, select(2, out:close())
end

for _, name in ipairs(names) do
    local way = ways[name]
    for where, start in pairs(wheres) do
        local h = start(way[1])
        local ok, err = pcall(await, h)
        if ok or plait.kind(err) ~= "died" or err.exitcode ~= way.exitcode or err.signal ~= way.signal or h:status() ~= "failed"
            or h.exitcode ~= way.exitcode or h.signal ~= way.signal or h:error() ~= err then
            print(name, where, err, h:status(), h.exitcode, h.signal)
        end
        local text, why, status = run("child", where, name)
        if why ~= "exit" or status ~= 1 or not text:find("process 'child' (pid ", 1, true)
            or not text:match("\nin process %d+ 'child', started at matrix_ends.lua:%d+\n") then
            print(name, where, why, status, text)
        end
        text, why, status = run("self", where, name)
        if text ~= "" or why ~= (way.signal and "signal" or "exit") or status ~= (way.signal or way.exitcode) then
            print(name, where, why, status, text)
        end
    end
end
