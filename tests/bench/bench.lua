-- bench.lua - how the rows measure. A row file begins with
--
--     local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
--
-- and prints its figures with
--
--     bench.measure("task_start", function(count) ... end)
--
-- More and more of the work is done until its amount for one repetition,
-- which takes about REPETITION_S, is known, and by then it is warm; the best
-- of REPETITIONS is printed as `name value_ns`. See README.md.

local bench = {}

local REPETITIONS = 3
local REPETITION_S = 0.05

-- Seconds. What runs by stock Lua takes another: row_lua.lua, and the peers.
bench.clock = plait and plait.now

local function time(work, count)
    local start = bench.clock()
    work(count)
    return bench.clock() - start
end

local function calibrate(work)
    local count = 1
    work(count) -- the very first is cold and tells nothing
    local taken = time(work, count)
    while taken < REPETITION_S / 4 do
        count = count * 2
        taken = time(work, count)
    end
    return math.max(1, math.floor(count * REPETITION_S / taken))
end

function bench.print(name, value)
    io.write(string.format("%s %.1f\n", name, value))
end

-- Prints the nanoseconds of one unit of work(count). A unit that consists of
-- `parts` things, such as a batch of tasks, is divided among them.
function bench.measure(name, work, parts)
    local count = calibrate(work)
    local best = math.huge
    for _ = 1, REPETITIONS do
        best = math.min(best, time(work, count))
    end
    bench.print(name, best * 1e9 / count / (parts or 1))
end

-- For peers: figures[name](name) prints a figure. Those that are named on the
-- command line are measured; all, if none is.
function bench.run(figures)
    local wanted = arg
    if #arg == 0 then
        wanted = {}
        for name in pairs(figures) do wanted[#wanted + 1] = name end
        table.sort(wanted)
    end
    for _, name in ipairs(wanted) do
        assert(figures[name], "no such figure: " .. name)(name)
    end
end

-- Whether this plait has all of these; a row about something that is not
-- there yet prints nothing.
function bench.has(...)
    for _, name in ipairs { ... } do
        if _G[name] == nil and (not plait or plait[name] == nil) then
            return false
        end
    end
    return true
end

-- Memory of this process, in bytes.
function bench.resident()
    local file = assert(io.open("/proc/self/status"))
    local text = file:read("a")
    file:close() -- peers run by a Lua that has no <close>
    return tonumber(text:match("VmRSS:%s*(%d+)")) * 1024
end

return bench
