-- test/main.lua - `plait test`: finds the files, runs them N at a time, tells what came of it.

local internal = require "plait.internal"
local plait = require "plait"
local child = require "plait.test.child"
local discover = require "plait.test.discover"
local history = require "plait.test.history"
local options_of = require "plait.test.options"
local report = require "plait.test.report"

local now = plait.now
local HELPERS = { "test/helper.lua", "tests/helper.lua", "spec/helper.lua" }

local STATUS = { passed = 0, failed = 1, usage = 2, broken = 3, nothing = 5, interrupted = 130 }

-- What a status counts as in the last line.
local COUNTS_AS = { passed = "passed", failed = "failed", timeout = "failed", skipped = "skipped", expected = "skipped" }

local function say(text) io.stderr:write("plait test: ", text, "\n") end

local Run = {}
Run.__index = Run

-------------------------------------------------------------------------------------------------------------- counting

local function add(counts, status, n)
    local name = COUNTS_AS[status]
    if name then counts[name] = counts[name] + n end
end

-- Adds what came of the file.
local function count(file, counts)
    for _, record in ipairs(file.tests or {}) do add(counts, record.status, 1) end
    if #(file.failures or {}) > 0 then counts.failed = counts.failed + 1 end
end

---------------------------------------------------------------------------------------------- what a child tells (child.lua)

function Run:tell(what, ...)
    for _, reporter in ipairs(self.reporters) do
        local f = reporter[what]
        if f then f(reporter, ...) end
    end
end

function Run:began(file, record)
    self.doing[file] = record
    self:tell("began", file, record)
end

local function check_max(self)
    if self.options.max_fail and self.counts.failed >= self.options.max_fail then self:stop() end
end

function Run:ended(file, record)
    self.doing[file] = nil
    add(self.counts, record.status, 1)
    self:tell("ended", file, record)
    check_max(self)
end

-- The status of one that had ended is another now.
function Run:changed(record, was)
    add(self.counts, was, -1)
    add(self.counts, record.status, 1)
    check_max(self)
end

-- What runs, for the live line.
function Run:running()
    local best
    for file, record in pairs(self.doing) do
        local text = file.path .. " › " .. record.name
        if not best or text < best then best = text end
    end
    return best
end

-- Ends what runs; what does not end by itself is killed after the grace.
function Run:stop()
    if self.is_stopping then return end
    self.is_stopping = true
    for process in pairs(self.children) do process:stop() end
    internal.async{ function()
        plait.sleep(self.options.grace)
        for process in pairs(self.children) do process:put_down() end
    end, daemon = true, name = "grace" }
end

function Run:put_down()
    for process in pairs(self.children) do process:put_down() end
end

------------------------------------------------------------------------------------------------------------- the files

-- The numbers from 1 to n that the seed gives.
local function generator(seed)
    local state = seed
    return function(n)
        state = state * 6364136223846793005 + 1442695040888963407
        return (state >> 33) % n + 1
    end
end

local function order(run)
    local files, past, options = run.files, run.past, run.options
    if options.shuffle then
        local random = generator(run.seed)
        for i = #files, 2, -1 do
            local j = random(i)
            files[i], files[j] = files[j], files[i]
        end
        return
    end
    local function weight(file)
        local entry = past[file.path]
        local has_failed = options.failed_first and entry and (#entry.failed > 0 or entry.is_broken)
        return has_failed and 1 or 0, run.jobs > 1 and (entry and entry.seconds or math.huge) or 0
    end
    table.sort(files, function(a, b)
        local a_failed, a_seconds = weight(a)
        local b_failed, b_seconds = weight(b)
        if a_failed ~= b_failed then return a_failed > b_failed end
        if a_seconds ~= b_seconds then return a_seconds > b_seconds end
        return a.path < b.path
    end)
end

-- Of the files those that the options name; of some only the tests that failed.
local function select_files(files, options, past)
    local selected = {}
    for i, file in ipairs(files) do
        local shard = options.shard
        local entry = past[file.path]
        local is_in = not shard or (i - 1) % shard.count == shard.index - 1
        if options.failed then
            is_in = is_in and entry and (entry.is_broken or #entry.failed > 0)
            if is_in and not entry.is_broken then file.names = entry.failed end
        end
        file.was_partial = file.lines or options.failed or #options.filter > 0 or #options.filter_out > 0 or #options.tags > 0 or
            #options.no_tags > 0 or options.max_fail
        if is_in then selected[#selected + 1] = file end
    end
    return selected
end

local function run_one(run, file)
    file.began = os.time()
    local do_it = run.options.isolation == "none" and child.run_here or child.run
    do_it(run, file)
    run.doing[file] = nil
    if #file.failures > 0 then
        run.counts.failed = run.counts.failed + 1
        check_max(run)
    end
    run.files_done = run.files_done + 1
    run:tell("file", file)
end

local function work(run)
    while not run.is_stopping do
        run.next = run.next + 1
        local file = run.files[run.next]
        if not file then return end
        run_one(run, file)
    end
end

local function run_all(run)
    local tasks = {}
    for i = 1, math.min(run.jobs, #run.files) do tasks[i] = internal.async{ work, run, name = "job " .. i } end
    if #tasks > 0 then plait.gather(tasks) end
end

----------------------------------------------------------------------------------------------------------------- end

local function slowest(run, most)
    local list = {}
    for _, file in ipairs(run.files) do
        for _, record in ipairs(file.tests or {}) do
            if record.seconds then list[#list + 1] = { file = file, record = record } end
        end
    end
    table.sort(list, function(a, b) return a.record.seconds > b.record.seconds end)
    return table.move(list, 1, math.min(most, #list), 1, {})
end

local function summarize(run)
    local counts = { passed = 0, failed = 0, skipped = 0 }
    local not_run, flaky = 0, 0
    for _, file in ipairs(run.files) do
        count(file, counts)
        for _, record in ipairs(file.tests or {}) do
            if not record.status or record.status == "interrupted" then not_run = not_run + 1 end
            if record.status == "passed" and (record.retries or 0) > 0 then flaky = flaky + 1 end
        end
    end
    return { passed = counts.passed, failed = counts.failed, skipped = counts.skipped, flaky = flaky, not_run = not_run,
        seconds = now() - run.start, interrupted = run.is_interrupted, slowest = run.options.durations and
        slowest(run, run.options.durations) }
end

local function status_of(run, summary)
    if run.is_interrupted then return STATUS.interrupted end
    if summary.failed > 0 then return STATUS.failed end
    local total = summary.passed + summary.skipped
    if total == 0 and not run.options.allow_empty then return STATUS.nothing end
    return STATUS.passed
end

-- Whether something could not be written.
local function finish_reports(run, summary)
    local is_broken, has_people = false, false
    run:tell("finish", summary)
    for _, reporter in ipairs(run.reporters) do
        if reporter.is_for_people and not reporter.out.is_own then has_people = true end
        local message = reporter.out:finish()
        if message then
            say(message)
            is_broken = true
        end
    end
    if not has_people and not run.options.list then io.stderr:write(report.last_line(summary), "\n") end
    return is_broken
end

---------------------------------------------------------------------------------------------------------------- start

local function is_coloured(options)
    return function(out)
        if options.color ~= "auto" then return options.color == "always" end
        local forced = os.getenv("FORCE_COLOR")
        if (os.getenv("NO_COLOR") or "") ~= "" then return false end
        if forced and forced ~= "" and forced ~= "0" then return true end
        return out.file == io.stdout and internal.test_terminal(1) ~= nil and os.getenv("TERM") ~= "dumb"
    end
end

local function open_reporters(run)
    for _, wanted in ipairs(run.options.reporters) do
        local out, message = report.open(wanted.file)
        if not out then return nil, message end
        local module = require("plait.test.report_" .. wanted.name)
        local reporter = module.new(run, out)
        reporter.out, reporter.is_for_people = out, module.is_for_people
        table.insert(run.reporters, reporter)
    end
    return true
end

-- What is printed goes out at once, each line with its file if there are several at a time.
local function live_output(run)
    if not run.options.no_capture then return nil end
    return function(file)
        local held = ""
        return function(bytes)
            if run.jobs > 1 then
                local whole, rest = (held .. bytes):match("^(.*\n)(.*)$")
                if not whole then
                    held = held .. bytes
                    if #held < 1 << 16 then return end
                    whole, rest = held .. "\n", ""
                end
                held = rest
                bytes = whole:gsub("([^\n]*\n)", function(line) return file.path .. ": " .. line end)
            end
            io.stderr:write(bytes)
        end
    end
end

local function new_run(options, files, past)
    local run = setmetatable({ options = options, files = files, past = past, now = now, start = now(), next = 0, files_done = 0,
        children = {}, doing = {}, reporters = {}, counts = { passed = 0, failed = 0, skipped = 0 }, count = count,
        is_coloured = is_coloured(options), jobs = options.isolation == "none" and 1 or options.jobs or plait.cpu_count(),
        seed = options.seed or math.random(1, 999999) }, Run)
    run.live = live_output(run)
    for _, path in ipairs(HELPERS) do
        if not run.helper and plait.fs.exists(path) then run.helper = path end
    end
    return run
end

-- -> run; nil, status
local function prepare(options)
    local found, message = discover(options.paths)
    if not found then
        say(message)
        return nil, STATUS.usage
    end
    local past = history.load()
    local files = select_files(found, options, past)
    if #files == 0 and not options.allow_empty then
        say(options.failed and #found > 0 and "no test failed the last time" or #found > 0 and "the shard has no file"
            or "there are no files of tests")
        return nil, STATUS.nothing
    end
    local run = new_run(options, files, past)
    order(run)
    local ok, why = open_reporters(run)
    if ok then return run end
    say("cannot write a report: " .. why)
    return nil, STATUS.usage
end

-- The first signal ends the run, the next one at once.
local function heed_signals(run)
    local function on_signal(_, times)
        if run.is_interrupted or times > 1 then
            run:put_down()
            os.exit(STATUS.interrupted)
        end
        run.is_interrupted = true
        run:stop()
    end
    for _, name in ipairs{ "INT", "TERM", "HUP" } do plait.signal(name, on_signal) end
end

local function run_tests(options)
    local run, status = prepare(options)
    if not run then return status end
    heed_signals(run)
    run_all(run)
    local summary = summarize(run)
    status = status_of(run, summary)
    history.save(run.files, run.past, report.is_failure)
    local is_broken = finish_reports(run, summary)
    if status == STATUS.nothing then say("no test was selected") end
    return is_broken and STATUS.broken or status
end

----------------------------------------------------------------------------------------------------------------- list

-- The tests there are, one a line: file.lua:12 › name; or as the reporter json has them, for programs.
local function print_tests(run)
    table.sort(run.files, function(a, b) return a.path < b.path end)
    for _, file in ipairs(run.files) do
        for _, record in ipairs(file.tests or {}) do
            io.write(report.place(file, record), " › ", report.printable(record.name), "\n")
        end
    end
    local ok, message = io.stdout:flush()
    if ok then return false end
    say("cannot write to the standard output: " .. message)
    return true
end

local function list_tests(options)
    local is_json = #options.reporters == 1 and options.reporters[1].name == "json"
    if not is_json then options.reporters = {} end
    local run, status = prepare(options)
    if not run then return status end
    heed_signals(run)
    run_all(run)
    local total, failed = 0, false
    for _, file in ipairs(run.files) do
        total = total + #(file.tests or {})
        for _, failure in ipairs(file.failures or {}) do
            say(("%s: %s"):format(file.path, failure.message))
            failed = true
        end
        for _, record in ipairs(file.tests or {}) do
            if report.is_failure(record.status) then -- it could not be read
                say(("%s: %s"):format(file.path, record.failures[1] and record.failures[1].message or record.name))
                failed = true
            end
        end
    end
    local is_broken
    if is_json then
        is_broken = finish_reports(run, summarize(run))
    else
        is_broken = print_tests(run)
    end
    if is_broken then return STATUS.broken end
    if run.is_interrupted then return STATUS.interrupted end
    if failed then return STATUS.failed end
    return total == 0 and not options.allow_empty and STATUS.nothing or STATUS.passed
end

----------------------------------------------------------------------------------------------------------------- main

local function main(...)
    local options, message = options_of.parse{ ... }
    if not options then
        say(message .. " (plait test --help)")
        return STATUS.usage
    end
    if options.help then
        io.write(options_of.help)
        return io.stdout:flush() and STATUS.passed or STATUS.broken
    end
    return options.list and list_tests(options) or not options.list and run_tests(options)
end

return function(...)
    local ok, status, traceback = internal.catch(main, ...)
    if not ok then
        say("internal error: " .. tostring(status))
        io.stderr:write(tostring(traceback), "\n")
        status = STATUS.broken
    end
    os.exit(status)
end
