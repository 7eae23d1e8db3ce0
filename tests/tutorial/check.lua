-- check.lua: compares what the tutorial programs did with what they must do (scripts/tutorial/, E01 to E16).
--
--     plait check.lua golden RESULTS LITERAL...     each program once, with its time; then the refused literal ports
--     plait check.lua pipe RESULTS COUNT            some programs COUNT times through a pipe, sleeps shortened
--     plait check.lua virtual RESULTS NAME...       each named program once, by a virtual clock
--
-- tutorial.sh and pipe200.sh run the programs and leave NAME.out, NAME.err and NAME.result ("status start end", times
-- in nanoseconds) in the directory RESULTS. This file only reads; it is plain Lua 5.4 and exits with 1 on a failure, with 3
-- if all that is wrong is that programs took too long.

-- Allowed above the sum of the sleeps, in seconds: start of the program, and what sanitizers cost.
local preset = os.getenv("PLAIT_PRESET")
local slack = 0.3 + ((preset == "asan" or preset == "tsan") and 3 or 0)

--------------------------------------------------------------------------------------------- what must come out

-- A group of lines in any order.
local function free(...)
    return {...}
end

local function times(count, line)
    local lines = {}
    for i = 1, count do lines[i] = line end
    return lines
end

-- The lines `format` makes of first..last, in a table.
local function numbered(format, first, last)
    local lines = {}
    for i = first, last do lines[#lines + 1] = format:format(i) end
    return lines
end

-- Both lists, one after the other.
local function joined(a, b)
    return table.move(b, 1, #b, #a + 1, table.move(a, 1, #a, 1, {}))
end

-- Each program: what it sleeps in all, then lines, and groups of lines whose order is free.
local two_workers = {
    sleeps = 0,
    joined(times(5, "Task 1 executing"), times(5, "Task 2 executing")),
    "All tasks completed",
}
local take_turns = {}
for _ = 1, 5 do take_turns = joined(take_turns, {"Task 1 executing", "Task 2 executing"}) end
take_turns.sleeps = 5
table.insert(take_turns, "All tasks completed")

local one_to_ten = numbered("%d", 1, 10)
one_to_ten.sleeps = 0

local numbers_and_letters = {
    sleeps = 7.5,
    "Number: 1", "Letter: a", "Number: 2", free("Number: 3", "Letter: b"), "Number: 4", "Letter: c", "Number: 5",
    "Letter: d", "Letter: e", "Done!",
}
local numbers_and_letters_as_tasks = {
    sleeps = 7.5,
    "Number: 1", "Letter: a", "Number: 2", "Letter: b", "Number: 3", "Number: 4", "Letter: c", "Number: 5",
    "Letter: d", "Letter: e",
}
local counting_thread = joined(numbered("Thread: %d", 0, 4), {"Main thread: execution finished"})
counting_thread.sleeps = 5

local five_workers = {
    sleeps = 2,
    numbered("Worker %d starting", 0, 4),
    numbered("Worker %d finished", 0, 4),
}

local programs = {
    e01 = two_workers,
    e02 = two_workers,
    e03 = take_turns,
    e04 = {sleeps = 0, "Executing task", "Executing task"},
    e05 = one_to_ten,
    e06 = {sleeps = 0, "4"},
    e07 = one_to_ten,
    e08 = {sleeps = 0, "[1, 4, 9, 16, 25]"},
    e09 = numbers_and_letters,
    e10 = numbers_and_letters,
    e11 = numbers_and_letters_as_tasks,
    e12 = counting_thread,
    e13 = five_workers,
    e14 = five_workers,
    e15 = {
        sleeps = 2,
        "Task A starting", "Task B starting", "Task C starting",
        "Task A finished", "Task B finished", "Task C finished",
    },
    e16 = {sleeps = 2, "Result: 4"},
}

--------------------------------------------------------------------------------------------------------- reading

local function read_file(path)
    local file <close> = assert(io.open(path, "rb"))
    return file:read("a")
end

-- The lines of `text`; a last line without a newline is marked, since it is a torn one.
local function split_lines(text)
    local lines = {}
    for line, ending in text:gmatch("([^\n]*)(\n?)") do
        if ending == "\n" then
            lines[#lines + 1] = line
        elseif line ~= "" then
            lines[#lines + 1] = line .. "<no newline>"
        end
    end
    return lines
end

local function sorted(lines)
    local copy = table.move(lines, 1, #lines, 1, {})
    table.sort(copy)
    return copy
end

-- The expected lines, those of a free group sorted, and the actual ones with the same places sorted.
local function align(expected, lines)
    local want, got = {}, {}
    for _, entry in ipairs(expected) do
        local group = type(entry) == "table" and sorted(entry) or {entry}
        local from = #want + 1
        local part = table.move(lines, from, from + #group - 1, 1, {})
        want = joined(want, group)
        got = joined(got, #part > 1 and sorted(part) or part)
    end
    return want, joined(got, table.move(lines, #got + 1, #lines, 1, {}))
end

-- nil if the lines are as expected, else a description of the first difference.
local function difference(expected, lines)
    local want, got = align(expected, lines)
    for i = 1, math.max(#want, #got) do
        if want[i] ~= got[i] then
            local message = "line %d: expected %s, got %s (stdout: %s)"
            return message:format(i, want[i] or "no more", got[i] or "the end", table.concat(lines, " | "))
        end
    end
end

local failures, late, checks = 0, 0, 0

local function check(name, problem)
    checks = checks + 1
    if problem then
        failures = failures + 1
        print(("FAIL %s: %s"):format(name, problem))
    end
end

local function read_run(directory, name)
    local result = read_file(("%s/%s.result"):format(directory, name))
    local status, start, stop = result:match("(%d+) (%d+) (%d+)")
    return {
        status = tonumber(status),
        seconds = (tonumber(stop) - tonumber(start)) / 1e9,
        out = read_file(("%s/%s.out"):format(directory, name)),
        err = read_file(("%s/%s.err"):format(directory, name)),
    }
end

---------------------------------------------------------------------------------------------------------- golden

local function check_output(name, expected, run)
    check(name .. " stdout", difference(expected, split_lines(run.out)))
    check(name .. " stderr", run.err ~= "" and "not empty: " .. run.err)
    check(name .. " status", run.status ~= 0 and "expected 0, got " .. run.status)
end

local function check_program(name, expected, run)
    check_output(name, expected, run)
    if run.seconds > expected.sleeps + slack then late = late + 1 end
    local is_in_time = run.seconds >= expected.sleeps and run.seconds <= expected.sleeps + slack
    local message = "expected %.1f to %.1f s, took %.2f s"
    check(name .. " time", not is_in_time and message:format(expected.sleeps, expected.sleeps + slack, run.seconds))
end

-- A file that says in comments what must come out: `--> line of stdout`, `--! status: N`, `--! stderr: part of it`.
local function check_annotated(name, source, run)
    local lines, status = {}, 0
    for line in source:gmatch("[^\n]+") do
        local out, wanted, part = line:match("%-%-> (.*)"), line:match("^%-%-! status: (%d+)"),
            line:match("^%-%-! stderr: (.*)")
        if out then lines[#lines + 1] = out end
        if wanted then status = tonumber(wanted) end
        if part then
            check(name .. " stderr", not run.err:find(part, 1, true) and ("no '%s' in: %s"):format(part, run.err))
        end
    end
    check(name .. " stdout", difference(lines, split_lines(run.out)))
    check(name .. " status", run.status ~= status and ("expected %d, got %d"):format(status, run.status))
end

local function check_golden(directory, literals)
    for number = 1, 16 do
        local name = ("e%02d"):format(number)
        check_program(name, programs[name], read_run(directory, name))
        check_program("python_" .. name, programs[name], read_run(directory, "python_" .. name))
    end
    for _, path in ipairs(literals) do
        local name = path:match("([^/]+)%.lua$")
        check_annotated(name, read_file(path), read_run(directory, name))
    end
end

--------------------------------------------------------------------------------------------------------- virtual

local function check_virtual(directory, names)
    for _, name in ipairs(names) do
        check_output(name, programs[name:match("[^/]+$")], read_run(directory, (name:gsub("/", "_"))))
    end
end

------------------------------------------------------------------------------------------------------------ pipe

-- With short sleeps the start of one worker may come after the end of another, so only each worker's own order counts.
local function each_worker_in_order(lines)
    local want = joined(numbered("Worker %d starting", 0, 4), numbered("Worker %d finished", 0, 4))
    local problem = difference({want}, lines)
    if problem then return problem end
    local started = {}
    for _, line in ipairs(lines) do
        local worker, what = line:match("^Worker (%d) (%a+)$")
        if what == "starting" then started[worker] = true end
        if what == "finished" and not started[worker] then return line .. " before its start" end
    end
end

local function check_pipe(directory, count)
    for _, name in ipairs{"e01", "e02", "e04", "e13", "e14"} do
        for i = 1, count do
            local run = read_run(directory, name .. "." .. i)
            local lines = split_lines(run.out)
            local problem
            if programs[name].sleeps > 0 then
                problem = each_worker_in_order(lines)
            else
                problem = difference(programs[name], lines)
            end
            if not problem and run.status ~= 0 then problem = "status " .. run.status end
            if not problem and run.err ~= "" then problem = "stderr: " .. run.err end
            check(("%s run %d"):format(name, i), problem)
        end
    end
end

local mode, directory = arg[1], arg[2]
if mode == "golden" then
    check_golden(directory, table.move(arg, 3, #arg, 1, {}))
elseif mode == "pipe" then
    check_pipe(directory, tonumber(arg[3]))
elseif mode == "virtual" then
    check_virtual(directory, table.move(arg, 3, #arg, 1, {}))
else
    error("usage: plait check.lua golden RESULTS LITERAL... | pipe RESULTS COUNT")
end
print(("tutorial %s: %d checks, %d failures"):format(mode, checks, failures))
os.exit(failures == 0 and 0 or failures == late and 3 or 1)
