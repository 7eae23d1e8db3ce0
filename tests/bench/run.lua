-- run.lua - runs the benchmarks and prints one table.
--
--     ./dev bench [--rounds N] [--strict] [ROW...]
--
-- Every figure is measured in every round, so that whatever disturbs the
-- machine for a while disturbs all of them; the best of all rounds counts.
-- README.md tells how to read the table.
--
-- Needs plait (or stock Lua, then plait is $PLAIT) and a shell; what else is
-- not there leaves a "-" in its column.

local ROUNDS = 5
-- No further round begins when this much time would be exceeded.
local BUDGET_S = 140
-- A program that takes longer has hung.
local TIMEOUT_S = 10
-- Of /proc/stat; 100 on every Linux there is.
local TICKS_PER_S = 100

-- ---- What is measured ----------------------------------------------------

-- A column is where figures come from. `plait` runs row_<file>.lua, as does
-- `lua`, the stock interpreter; the others run one program with the names of
-- the figures.
local PEERS = { "python", "go", "node" }
-- These have a few rows only, and share the last column.
local OTHERS = { "janet", "lanes", "effil", "luv", "uvloop" }

-- One line of the table for each of these:
--   [1]      name of plait's figure, as row_<file>.lua prints it
--   [2]      what it is
--   file     of which row file (default: the name)
--   floor, python, go, node, janet, lanes, effil, luv, uvloop
--            names of the figures to compare with: true for the same name;
--            floor = {column, name} takes it from another column
--   over     the value is this figure divided by figure [1]: a speed-up;
--            `over` of a peer is the same for the peer
--   unit     "ns" (default), "bytes" or "x"
--   limit    what must hold, all of it: ratio = at most this times the floor,
--            ahead = less than that peer, times = {peer = n} at most an n-th
--            of that peer, most = at most, least = at least this value
--   aim      what we would like: a value, at most
local ROWS = {
    { "task_start", "task start + finish, 100 at a time",
        floor = true, python = true, go = true, node = true, janet = true,
        limit = { ratio = 1.8, ahead = "go" } },
    { "task_await", "task start + finish, one by one",
        file = "task_start", floor = "task_start",
        python = true, go = true, node = true, janet = true,
        limit = { ratio = 1.8, ahead = "go" } },
    { "task_switch", "task switch",
        floor = true, python = true, go = true, node = true, janet = true,
        limit = { ratio = 1.5 } },
    { "chan_tasks", "item through Channel(64), tasks",
        python = true, go = true, janet = true,
        limit = { most = 150, times = { python = 4, janet = 2 } },
        aim = 120 },
    { "select_tasks", "item by select of two Channel(64), tasks",
        file = "select", go = true, janet = true },
    { "sleep_bytes", "sleeping task",
        floor = true, python = true, go = true, node = true,
        unit = "bytes", aim = 1300 },
    { "thread_start", "thread start + join",
        floor = true, python = true, go = true, node = true,
        janet = true, lanes = true, effil = true, luv = true,
        limit = { ratio = 1.3 } },
    { "chan_threads", "item through Channel(64), threads",
        floor = true, python = true, go = true, node = true,
        janet = true, lanes = true, effil = true,
        limit = { most = 300, times = { python = 5, node = 5, lanes = 5 } },
        aim = 150 },
    { "select_threads", "item by select of two Channel(64), threads",
        file = "select", go = true },
    { "lock_counter", "locked counter, two threads",
        floor = true, python = true, go = true, aim = 100 },
    { "atomic_counter", "atomic counter, two threads",
        file = "lock_counter" },
    { "table_get", "field of a Table read", file = "table",
        lanes = true, effil = true,
        limit = { most = 150, ahead = "effil" }, aim = 80 },
    { "table_set", "field of a Table written", file = "table",
        lanes = true, effil = true,
        limit = { most = 150, ahead = "effil" }, aim = 80 },
    { "table_update", "plait.update of a field", file = "table" },
    { "array_get", "element of an Array read",
        file = "array", floor = { "plait", "plain_get" }, python = true,
        limit = { times = { python = 5 } }, aim = 50 },
    { "array_set", "element of an Array written",
        file = "array", floor = { "plait", "plain_set" }, python = true,
        limit = { times = { python = 5 } }, aim = 50 },
    { "array_add", "element of an Array added to, in one step",
        file = "array", python = true,
        limit = { times = { python = 5 } }, aim = 80 },
    { "array_hand", "Array of 1e7 f64 handed to a new process",
        file = "array", floor = { "plait", "array_hand_small" },
        limit = { ratio = 1.5 } },
    { "proc_start", "process start + join, a function",
        floor = true, python = true, go = "proc_exec",
        limit = { ratio = 3, ahead = "python" } },
    { "proc_start", "  against CPython's spawn",
        floor = true, python = "proc_start_fresh" },
    { "proc_exec", "process start + join, /bin/true",
        file = "proc_start", floor = "proc_start",
        python = true, go = true, node = true, luv = true },
    { "exec", "plait.exec of /bin/true", floor = "proc_start", go = true },
    { "chan_processes", "item through Channel(64), processes",
        floor = true, python = true,
        limit = { most = 800, times = { python = 4 } }, aim = 500 },
    { "chan_to_process", "the same, to a process",
        file = "chan_processes", floor = "chan_processes", python = true,
        limit = { times = { python = 1 } }, aim = 500 },
    { "pool_threads", "pool:map item, two threads", python = true,
        limit = { most = 80, ahead = "python" }, aim = 50 },
    { "pool_processes", "pool:map item, two processes", python = true,
        limit = { most = 150, ahead = "python" }, aim = 100 },
    { "files_read", "small file read, 100 tasks",
        file = "files", floor = { "plait", "files_plain" }, go = true },
    { "files_one", "small file read, one task",
        file = "files", floor = { "plait", "files_plain" } },
    { "http_hello", "HTTP request by wrk, 64 connections",
        file = "http", go = true, node = true,
        limit = { ahead = "node" } },
    { "echo", "line to a TCP server and back, 50 connections",
        floor = true, python = true, go = true, node = true,
        uvloop = "echo_uvloop", limit = { ratio = 1.43 } },
    { "conn_bytes", "open connection of that server", file = "echo",
        floor = true, python = true, go = true, node = true,
        uvloop = "conn_bytes_uvloop", unit = "bytes" },
    { "cpu_two", "two CPU-bound threads, speed-up",
        file = "cpu", over = "cpu_one", unit = "x",
        floor = true, python = true, go = true, node = true,
        limit = { least = 1.9 } },
    { "memory_two", "two allocating threads, speed-up",
        file = "cpu", over = "memory_one", unit = "x", floor = true },
    { "stop", "strand told to stop, the worst, beyond the grace",
        limit = { most = 100000000 } },
    { "start", "start and end of plait -e ''",
        floor = { "plait", "start_lua" }, limit = { ratio = 1.5 } },
}
for _, name in ipairs { "fib", "loops", "strings", "tables", "calls" } do
    ROWS[#ROWS + 1] = { "lua_" .. name, "plain Lua code: " .. name,
        file = "lua", floor = { "lua", "lua_" .. name },
        limit = { ratio = 1.03 } }
end

-- ---- The shell -----------------------------------------------------------

local function quote(text)
    return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Returns: the output without its last line end, or nil and what went wrong.
local function output_of(command)
    local pipe <close> = assert(io.popen(command))
    local text = pipe:read("a"):gsub("%s+$", "")
    local ok, how, code = pipe:close()
    if ok then return text end
    return nil, how .. " " .. tostring(code)
end

local function find_command(name)
    return output_of("command -v " .. quote(name) .. " 2>/dev/null")
end

local function exists(path)
    local file = io.open(path)
    if file then file:close() end
    return file ~= nil
end

local function read_file(path)
    local file <close> = io.open(path)
    return file and file:read("a") or ""
end

-- ---- What is there to measure --------------------------------------------

local folder = arg[0]:match("^.*/") or "./"
local clock = plait and plait.now or os.time
local start_time = clock()
local scratch -- a temporary folder
local has_timeout = find_command("timeout")

local function this_interpreter()
    local first = 0
    while arg[first - 1] do first = first - 1 end
    return arg[first]
end

local function find_plait()
    return os.getenv("PLAIT") or plait and this_interpreter() or nil
end

-- Where pyenv is, python3 is a script that looks for the real one each time.
local function find_python()
    local path = output_of(
        "python3 -c 'import sys; print(sys.executable)' 2>/dev/null")
    if not path then return nil end
    return quote(path) .. " " .. quote(folder .. "peers/peer.py")
end

-- Of CPython, which may have it as the system's, beside one of pyenv.
local function find_uvloop()
    for _, python in ipairs { "python3", "/usr/bin/python3" } do
        if output_of(python .. " -c 'import uvloop' 2>/dev/null") then
            return python .. " " .. quote(folder .. "peers/peer.py")
        end
    end
end

local function find_node()
    if not find_command("node") then return nil end
    return "node " .. quote(folder .. "peers/peer.js")
end

local function find_janet()
    local janet = os.getenv("BENCH_JANET") or "janet"
    if not find_command(janet) then return nil end
    return quote(janet) .. " " .. quote(folder .. "peers/peer.janet")
end

-- A peer that is a library of stock Lua: peers/peer_<name>.lua. It is looked for
-- in the folder $BENCH_<NAME> as well, if that is set; $BENCH_<NAME>_LUA is the
-- interpreter, if not `lua`. All take the time from luv.
local function find_library(name, lua)
    local variable = "BENCH_" .. name:upper()
    local place = os.getenv(variable)
    lua = quote(os.getenv(variable .. "_LUA") or lua)
    if place then
        lua = string.format("env LUA_PATH=%s LUA_CPATH=%s %s",
            quote(place .. "/?.lua;;"), quote(place .. "/?.so;;"), lua)
    end
    local works = output_of(string.format("%s -e %s 2>/dev/null", lua,
        quote(string.format("require('luv') require('%s')", name))))
    if not works then return nil end
    return lua .. " " .. quote(folder .. "peers/peer_" .. name .. ".lua")
end

-- Built once a run: the build takes seconds only when Go's cache is cold.
local function build_go()
    if not find_command("go") then return nil end
    local program = quote(scratch .. "/peer_go")
    local built, why = output_of(string.format(
        "GO111MODULE=off GOTOOLCHAIN=local GOCACHE=\"${GOCACHE:-%s}\" " ..
        "go build -o %s %s 2>&1",
        os.getenv("HOME") and "$HOME/.cache/go-build" or scratch .. "/cache",
        program, quote(folder .. "peers/peer.go")))
    if built then return program end
    io.stderr:write("bench: go build failed: ", why, "\n")
    return nil
end

local bin = os.getenv("BENCH_BIN") or os.getenv("BUILD_DIR") or "build/release"
local plait_program = find_plait()
local lua_program = find_command(os.getenv("LUA") or "lua5.4")

-- Each takes a row file's name and the names of the figures, and returns the
-- command that prints them; nil when there is no such program.
local function by_row_file(program)
    return program and function(file)
        return string.format("%s %srow_%s.lua", quote(program),
            quote(folder), file)
    end
end

local function by_names(command)
    return command and function(_, names)
        return command .. " " .. table.concat(names, " ")
    end
end

local function find_sources()
    local floor = bin .. "/bench_floor"
    return {
        plait = by_row_file(plait_program),
        lua = by_row_file(lua_program),
        floor = by_names(exists(floor) and quote(floor) or nil),
        python = by_names(find_python()),
        go = by_names(build_go()),
        node = by_names(find_node()),
        janet = by_names(find_janet()),
        lanes = by_names(find_library("lanes", "lua5.4")),
        effil = by_names(find_library("effil", "lua5.3")),
        luv = by_names(find_library("luv", "lua5.4")),
        uvloop = by_names(find_uvloop()),
    }
end

-- ---- Measuring -----------------------------------------------------------

-- figures[column][name] is the best value so far.
local figures = {}
-- failures[column .. " " .. file] tells what went wrong; it is not run again.
local failures = {}

local on_terminal = os.execute("test -t 2")

local function show_progress(text)
    if not on_terminal then return end
    io.stderr:write("\r\27[K", text)
    io.stderr:flush()
end

local function keep_best(column, text)
    local best = figures[column] or {}
    figures[column] = best
    for name, value in text:gmatch("([%w_]+) ([%d.]+)") do
        value = tonumber(value)
        if not best[name] or value < best[name] then best[name] = value end
    end
end

local function run(column, file, command)
    local key = column .. " " .. file
    if failures[key] then return end
    local errors = scratch .. "/errors"
    local limit = has_timeout
        and "timeout --foreground -k 2 " .. TIMEOUT_S .. " " or ""
    local text, why = output_of(string.format("BENCH_BIN=%s %s%s 2>%s",
        quote(bin), limit, command, quote(errors)))
    if text then return keep_best(column, text) end
    if why == "exit 124" then why = "took more than " .. TIMEOUT_S .. " s" end
    local message = read_file(errors)
    failures[key] = why .. (message ~= "" and "\n" .. message or "")
end

-- The figures that the lines of the table need from a column, as they are
-- written in ROWS: the default of plait's is the row's own.
local function figure_name(row, column)
    if column == "plait" then return row[1] end
    local name = row[column]
    if name == true then return row[1] end
    return type(name) == "string" and name or nil
end

local ORDER = { "floor", "lua", "plait", "python", "go", "node", "janet",
    "lanes", "effil", "luv", "uvloop" }

-- Returns: a list of {file =, columns = {{column, names}...}}, one for each
-- row file, so that each program runs once a round.
local function plan(rows)
    local jobs, by_file = {}, {}
    for _, row in ipairs(rows) do
        local file = row.file or row[1]
        local job = by_file[file]
        if not job then
            job = { file = file, names = {} }
            by_file[file] = job
            jobs[#jobs + 1] = job
        end
        local function need(column, name)
            if not name then return end
            local names = job.names[column] or {}
            job.names[column] = names
            for _, known in ipairs(names) do
                if known == name then return end
            end
            names[#names + 1] = name
        end
        for _, column in ipairs(ORDER) do
            local name = figure_name(row, column)
            need(column, name)
            need(column, name and row.over)
        end
        if type(row.floor) == "table" then need(table.unpack(row.floor)) end
    end
    return jobs
end

-- The order turns around each time: who comes after whom shall not matter.
local function run_round(jobs, sources, round, rounds)
    for _, job in ipairs(jobs) do
        for i = 1, #ORDER do
            local column = ORDER[round % 2 == 1 and i or #ORDER + 1 - i]
            local names = job.names[column]
            if names and sources[column] then
                show_progress(string.format("round %d of %d: %s, %s", round,
                    rounds, job.file, column))
                run(column, job.file, sources[column](job.file, names))
            end
        end
    end
end

-- Returns: how many rounds there were.
local function measure(jobs, sources, rounds)
    for round = 1, rounds do
        local round_start = clock()
        run_round(jobs, sources, round, rounds)
        local round_s = clock() - round_start
        if clock() - start_time + round_s > BUDGET_S then return round end
    end
    return rounds
end

-- Adds up the fields numbered `from` to `to` of a line.
local function sum_fields(line, from, to)
    local sum, i = 0, 0
    for field in line:gmatch("%S+") do
        i = i + 1
        if i >= from and i <= to then sum = sum + tonumber(field) end
    end
    return sum
end

-- Returns: the processor seconds that went since the machine started to
-- others than this program and those it has run: to other programs, or to
-- other machines on the same processors. What others take while we measure
-- makes figures worse than they are. 0 where there is no /proc.
local function foreign_time()
    local machine = read_file("/proc/stat"):match("^cpu +([^\n]+)")
    -- The second field, a name in parentheses, may have blanks.
    local own = read_file("/proc/self/stat"):match("^.*%)(.+)")
    if not machine or not own then return 0 end
    -- All but idle (4), iowait (5), and guests, which count twice (9, 10);
    -- utime, stime, cutime, cstime.
    local busy = sum_fields(machine, 1, 3) + sum_fields(machine, 6, 8)
    return (busy - sum_fields(own, 12, 15)) / TICKS_PER_S
end

-- ---- The table -----------------------------------------------------------

local function value_of(row, column)
    local source, name = column, figure_name(row, column)
    if column == "floor" and type(row.floor) == "table" then
        source, name = row.floor[1], row.floor[2]
    end
    local known = figures[source]
    local value = known and name and known[name]
    if not value or not row.over then return value end
    return known[row.over] and known[row.over] / value
end

local function format_value(value, unit)
    if not value then return "-" end
    if unit == "x" then return string.format("%.2fx", value) end
    if unit == "bytes" then return string.format("%.0f B", value) end
    if value < 100 then return string.format("%.1f ns", value) end
    if value < 10e3 then return string.format("%.0f ns", value) end
    if value < 10e6 then return string.format("%.1f us", value / 1e3) end
    return string.format("%.1f ms", value / 1e6)
end

-- How many times as much plait takes: for speed-ups, too, less is better.
local function ratio(row, mine, other)
    if not mine or not other then return nil end
    if row.unit == "x" then return other / mine end
    return mine / other
end

local function format_ratio(value)
    if not value then return "-" end
    return string.format(value < 0.1 and "%.2g" or "%.2f", value)
end

local NAMES = { python = "CPython", go = "Go", node = "Node",
    janet = "Janet", lanes = "Lanes", effil = "effil", luv = "luv",
    uvloop = "uvloop" }

-- In the order of the columns.
local function rivals(limit)
    local list = {}
    for _, peer in ipairs(ORDER) do
        local times = limit.times and limit.times[peer]
            or limit.ahead == peer and 1
        if times then list[#list + 1] = { peer = peer, times = times } end
    end
    return list
end

local function format_limit(row)
    local limit, unit = row.limit or {}, row.unit == "bytes" and "B" or "ns"
    local parts = {}
    local function add(...) parts[#parts + 1] = string.format(...) end
    if limit.least then add(">= %.1fx", limit.least) end
    if limit.ratio then add("<= %.4gx", limit.ratio) end
    if limit.most then add("<= %d %s", limit.most, unit) end
    for _, rival in ipairs(rivals(limit)) do
        local name = NAMES[rival.peer]
        add(rival.times == 1 and "< %s" or "< %s/%d", name, rival.times)
    end
    if row.aim then add("aim %d %s", row.aim, unit) end
    return table.concat(parts, ", ")
end

-- Whether the limit holds; nil when it cannot be told.
local function holds(row, mine)
    local limit = row.limit
    local of_floor = ratio(row, mine, value_of(row, "floor"))
    if limit.ratio and not of_floor then return nil end
    if limit.ratio and of_floor > limit.ratio then return false end
    if limit.least and mine < limit.least then return false end
    if limit.most and mine > limit.most then return false end
    for _, rival in ipairs(rivals(limit)) do
        local value = value_of(row, rival.peer)
        if value and mine * rival.times >= value then return false end
    end
    return true
end

-- Returns: "ok"; "over" when a limit does not hold; "short" of an aim; "-"
-- when it cannot be told.
local function judge(row)
    local mine = value_of(row, "plait")
    if not row.limit and not row.aim then return "" end
    if not mine then return "-" end
    if row.limit then
        local held = holds(row, mine)
        if not held then return held == nil and "-" or "over" end
    end
    return (not row.aim or mine <= row.aim) and "ok" or "short"
end

local function format_others(row, mine)
    local parts = {}
    for _, peer in ipairs(OTHERS) do
        local value = value_of(row, peer)
        if value then
            parts[#parts + 1] = string.format("%s %s, %s", NAMES[peer],
                format_value(value, row.unit),
                format_ratio(ratio(row, mine, value)))
        end
    end
    return #parts > 0 and table.concat(parts, "; ") or "-"
end

local function table_line(row)
    local mine, floor = value_of(row, "plait"), value_of(row, "floor")
    local cells = {
        row[2], format_value(mine, row.unit), format_value(floor, row.unit),
        format_ratio(ratio(row, mine, floor)), format_limit(row), judge(row),
    }
    for _, peer in ipairs(PEERS) do
        local value = value_of(row, peer)
        cells[#cells + 1] = format_value(value, row.unit)
        cells[#cells + 1] = format_ratio(ratio(row, mine, value))
    end
    cells[#cells + 1] = format_others(row, mine)
    return cells
end

-- Prints Markdown that reads well as it is.
local function print_table(lines)
    local widths = {}
    for _, cells in ipairs(lines) do
        for i, cell in ipairs(cells) do
            widths[i] = math.max(widths[i] or 0, #cell)
        end
    end
    local rule = {}
    for i, width in ipairs(widths) do
        rule[i] = i == 1 and ("-"):rep(width) or ("-"):rep(width - 1) .. ":"
    end
    table.insert(lines, 2, rule)
    for _, cells in ipairs(lines) do
        local padded = {}
        for i, cell in ipairs(cells) do
            local space = (" "):rep(widths[i] - #cell)
            padded[i] = i == 1 and cell .. space or space .. cell
        end
        print("| " .. table.concat(padded, " | ") .. " |")
    end
end

local function describe_machine()
    local model = read_file("/proc/cpuinfo"):match("model name%s*:%s*([^\n]+)")
    local versions = {}
    local function add(command)
        local text = output_of("(" .. command .. ") 2>/dev/null")
        if text and text ~= "" then versions[#versions + 1] = text end
    end
    add("lua5.4 -v | cut -d' ' -f1,2")
    add("python3 --version")
    add("go version | cut -d' ' -f3")
    add("node --version | sed 's/^v/Node /'")
    add(quote(os.getenv("BENCH_JANET") or "janet") ..
        " -v | sed 's/^/Janet /'")
    print(string.format("%s, %s processors, Linux %s; %s",
        model or "unknown processor", output_of("nproc") or "?",
        output_of("uname -r"), table.concat(versions, ", ")))
end

local function print_report(rows, rounds, foreign)
    describe_machine()
    local counts = { ok = 0, over = 0, short = 0, ["-"] = 0, [""] = 0 }
    local lines = { { "work", "plait", "floor", "ratio", "limit", "mark" } }
    for _, peer in ipairs(PEERS) do
        table.insert(lines[1], NAMES[peer])
        table.insert(lines[1], "ratio")
    end
    table.insert(lines[1], "others")
    for _, row in ipairs(rows) do
        local verdict = judge(row)
        counts[verdict] = counts[verdict] + 1
        lines[#lines + 1] = table_line(row)
    end
    print_table(lines)
    print(string.format("%d ok, %d over the limit, %d short of the aim, " ..
        "%d not measured; best of %d rounds in %.0f s", counts.ok, counts.over,
        counts.short, counts["-"], rounds, clock() - start_time))
    if foreign > 0.1 then
        print(string.format("Others took %.0f %% of a processor meanwhile: " ..
            "take no figure for certain.", foreign * 100))
    end
    return counts
end

-- Returns: how many of plait's own rows failed; a peer may.
local function print_failures()
    local names = {}
    for name in pairs(failures) do names[#names + 1] = name end
    table.sort(names)
    local count = 0
    for _, name in ipairs(names) do
        print("failed: " .. name .. ": " .. failures[name])
        if name:find("^plait ") then count = count + 1 end
    end
    return count
end

-- ---- The program ---------------------------------------------------------

local function parse_arguments()
    local options = { rounds = ROUNDS, strict = false, wanted = {} }
    local i = 1
    while arg[i] do
        if arg[i] == "--strict" then
            options.strict = true
        elseif arg[i] == "--rounds" and math.tointeger(arg[i + 1]) then
            i = i + 1
            options.rounds = math.max(1, math.tointeger(arg[i]))
        elseif arg[i]:sub(1, 1) == "-" then
            io.stderr:write(
                "usage: run.lua [--rounds N] [--strict] [ROW...]\n")
            os.exit(2)
        else
            options.wanted[#options.wanted + 1] = arg[i]
        end
        i = i + 1
    end
    return options
end

-- A row is wanted by any part of its name.
local function choose(wanted)
    local chosen = {}
    for _, row in ipairs(ROWS) do
        local is_chosen = #wanted == 0
        for _, part in ipairs(wanted) do
            is_chosen = is_chosen or row[1]:find(part, 1, true) ~= nil
        end
        if is_chosen then chosen[#chosen + 1] = row end
    end
    return chosen
end

local function main()
    local options = parse_arguments()
    local rows = choose(options.wanted)
    scratch = assert(output_of("mktemp -d"))
    local remove_scratch <close> = setmetatable({}, {
        __close = function() os.execute("rm -rf " .. quote(scratch)) end
    })
    show_progress("looking for peers")
    local sources = find_sources()
    local foreign_s, measure_start = foreign_time(), clock()
    local rounds = measure(plan(rows), sources, options.rounds)
    local foreign = (foreign_time() - foreign_s) / (clock() - measure_start)
    show_progress("")
    local counts = print_report(rows, rounds, foreign)
    local failed = print_failures()
    return failed == 0 and not (options.strict and counts.over > 0)
end

-- Outside of main, so that what main opened is closed first.
os.exit(main(), true)
