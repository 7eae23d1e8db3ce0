-- test/child.lua - the tests of one file, in a process of their own; and in a new one, for what a process that had to be ended,
-- or has ended by itself, has left undone.
--
--     local file = { path = "test/a_test.lua" }
--     child.run(run, file)        -- fills in file.tests, file.failures, file.seconds
--
-- The process sends events over its link (lua/test/worker.lua). It is believed as long as it gives them in time: what goes on
-- for longer than a test may, and the grace, is looked at and told to end (SIGTERM), and killed with its group after the grace
-- once more. The library in the process ends tests by itself when their time is over, so this is for those it cannot reach.

local internal = require "plait.internal"
local plait = require "plait"
local streams = require "plait.streams"
local new_output = require "plait.test.output"
local passed = require("plait.test.options").passed

local raw = streams.raw
local now = plait.now
local PROGRAM = "/proc/self/exe"
local AT_ONCE = 1 << 16
local PIPE_SIZE = 1 << 16 -- what may be in a pipe whose writers are gone
local LOOK_SECONDS = 3

local child = {}

local Child = {}
Child.__index = Child

------------------------------------------------------------------------------------------------------------- records

-- An event's test, or a new one: tests may come that were in no plan.
local function record_of(file, event)
    local id = tostring(event.id)
    local record = file.by_id[id]
    if record then return record end
    record = { id = id, name = event.name or "?", line = event.line, last_line = event.last_line, tags = event.tags,
        file = file, failures = {} }
    file.by_id[id] = record
    local parent = file.by_id[id:match("^(.*)%.[^.]+$") or ""]
    local list = parent and (parent.subtests or {}) or file.tests
    if parent then parent.subtests, record.parent = list, parent end
    list[#list + 1] = record
    return record
end

local function add_failure(record, failure) record.failures[#record.failures + 1] = failure end

-- A failure that is of the file, and of no test.
function child.fail_file(file, message, more)
    local failure = more or {}
    failure.message = message
    table.insert(file.failures, failure)
end

-------------------------------------------------------------------------------------------------------------- events

local on = {}

function on.plan(self, event)
    if not self.is_planned and #(event.tests or {}) == 0 then self.file.grows = true end -- more will be told on the way
    self.is_planned = true
    for _, test in ipairs(event.tests or {}) do
        if not self.file.by_id[tostring(test.id)] then
            local record = record_of(self.file, test)
            record.timeout, record.skip = test.timeout, test.skip
        end
    end
end

function on.begin(self, event)
    local record = record_of(self.file, event)
    record.line = record.line or event.line
    if not record.parent then
        self.current, self.inner, self.test_began = record, nil, now()
        self:allow(event.timeout or record.timeout or self.run.options.timeout)
        self.run:began(self.file, record)
    else
        self.inner = record
    end
end

function on.cleanup(self, event)
    if self.current then self:allow(event.seconds) end
end

on["end"] = function(self, event)
    local record = record_of(self.file, event)
    record.status, record.seconds, record.retries = event.status, event.seconds, event.retries
    record.skip, record.leaks, record.warnings, record.log = event.skip or record.skip, event.leaks, event.warnings, event.log
    record.attempts, record.replay = event.attempts, event.replay
    record.failures = event.failures or record.failures
    if event.reason then record.skip = event.reason end
    if record.parent then return end
    self.current, self.inner = nil, nil
    self.has_ended = true -- one, in this process
    if self.is_told then -- the test was told of its time by this
        self.has_told = true
        record.stacks = self.stacks
    end
    self:allow(self.run.options.timeout)
    self.run:ended(self.file, record)
end

function on.failure(self, event) -- of the file: a hook, a module that does not load
    child.fail_file(self.file, event.message or "failed", event)
end


function on.done(self, event)
    self.is_done = true
    if event.failures then
        for _, failure in ipairs(event.failures) do child.fail_file(self.file, failure.message, failure) end
    end
    self:allow(self.run.options.timeout)
end

local function take_events(self, bytes)
    self.frames:feed(bytes)
    while true do
        local is_there, event = self.frames:next()
        if is_there == nil then return end
        if not is_there then
            child.fail_file(self.file, "the process sent " .. event)
            self:put_down()
            return
        end
        local take = on[event.event]
        if take then take(self, event) end
    end
end

------------------------------------------------------------------------------------------------------------ time-outs

-- What goes on now has so many seconds, and then the grace.
function Child:allow(seconds)
    if self.is_told then return end
    local options = self.run.options
    if options.explore or options.replay then seconds = options.file_timeout end -- each order has its own time
    self.seconds = seconds
    self.due = now() + seconds + self.run.options.grace
end

-- What all strands of the process do, as `plait ps` tells.
local function look_at(pid)
    local result = plait.exec{ PROGRAM, "ps", pid, timeout = LOOK_SECONDS, stderr = "null" }
    local text = result and result.code == 0 and result.stdout or nil
    return text or "the process does not answer: it is in a C function, or stopped\n"
end

-- What is to be told of it when it has ended.
local function note_time(self)
    self.is_file_over = now() >= self.file_due
    local what = self.is_file_over and "the file" or self.current and "the test" or self.is_done and "the end of the process"
        or self.is_planned and "what runs between tests" or "loading the file"
    local seconds = self.is_file_over and self.run.options.file_timeout or self.seconds
    self.late = ("%s took longer than %g s"):format(what, seconds)
end

function Child:put_down()
    internal.program_put_down(self.handle)
    self.is_killed = true
    self.due = now() + 1e9
end

-- A step further.
function Child:press()
    if self.is_told then
        self.how = "it went on when it was told to end, and was killed"
        self:put_down()
        return
    end
    note_time(self)
    self.stacks = look_at(self.handle.pid)
    self.how = "it ended when it was told to"
    self.is_told = true
    self.due = now() + self.run.options.grace
    pcall(self.handle.kill, self.handle, "TERM")
end

-- From outside: the run is interrupted.
function Child:stop()
    self.is_stopped = true
    if self.is_told then return self:put_down() end
    self.is_told = true
    pcall(self.handle.kill, self.handle, "TERM")
end

-------------------------------------------------------------------------------------------------------------- process

local function command_of(run, file)
    local words = { PROGRAM, "--plait-test", "--seed", tostring(run.seed) }
    words[#words + 1] = "--"
    words[#words + 1] = file.path
    words.stdin, words.stdout, words.stderr = "null", "pipe", "stdout"
    words.name = file.path
    return words
end

local function job_of(self, skipped)
    local run, file = self.run, self.file
    local job = { nonce = self.nonce, path = file.path, lines = file.lines, args = run.options.args, skipped = skipped,
        update = run.options.update, names = file.names, helper = run.helper, attempt = self.attempt }
    for _, name in ipairs(passed) do job[name] = run.options[name] end
    if run.options.max_fail then job.max_failures = math.max(1, run.options.max_fail - run.counts.failed) end
    if job.timeout == math.huge then job.timeout = nil end
    return job
end

local function pump(self)
    local stream = self.handle.stdout.raw
    while true do
        local bytes = raw.read(stream, AT_ONCE)
        if not bytes or bytes == "" then return end
        self.output:feed(bytes)
    end
end

-- The process has ended; what it has left behind may have the pipe open, and write on.
local function drain(self, task)
    task:cancel()
    plait.wait({ task })
    task:error()
    local stream, left = self.handle.stdout.raw, PIPE_SIZE
    while left > 0 do
        local bytes = raw.read(stream, AT_ONCE, 0)
        if not bytes or bytes == "" then break end
        self.output:feed(bytes)
        left = left - #bytes
    end
    self.output:finish()
    raw.close(stream)
end

-- Takes events until the process has ended.
local function follow(self)
    while true do
        local due = math.min(self.due, self.is_told and math.huge or self.file_due)
        local seconds = due - now()
        if seconds <= 0 then
            self:press()
        else
            local bytes, why = raw.read(self.link, AT_ONCE, seconds < 1e8 and seconds or nil)
            if bytes and bytes ~= "" then
                take_events(self, bytes)
            elseif why ~= "timeout" then
                return
            end
        end
    end
end

-- How the process has ended, for a failure; nil: as it should.
local function reason(self)
    local h = self.handle
    if self.is_stopped then return "was interrupted" end
    if self.late then return self.late .. "; " .. self.how end
    if h.signal then return ("the process was killed by signal %d (%s)"):format(h.signal, raw.signal_text(h.signal)) end
    if not self.is_done or h.exitcode ~= 0 then return ("the process exited with status %s"):format(h.exitcode) end
end

local function wait_for_end(self)
    internal.program_let_go(self.handle)
    local grace = self.run.options.grace
    local _, left = plait.wait({ self.handle }, { timeout = grace })
    if #left > 0 then -- it has closed its link, and goes on
        self:put_down()
        plait.wait({ self.handle })
    end
    self.handle:error()
end

-- The tests with an outcome, which a new process leaves out.
local function ended_ids(file)
    local list, rest = {}, 0
    for _, record in ipairs(file.tests) do
        if record.status then
            list[#list + 1] = record.id
        else
            rest = rest + 1
        end
    end
    return list, rest
end

-- Where it was when it ended, with no test running.
local function place(self)
    return self.is_done and "at its end" or self.is_planned and "between tests" or "before there was a test"
end

-- The outcome of a process that has not come to its end. Returns whether the rest of the tests is to go on in another one:
-- if this one has brought some of them to an end.
local function settle(self)
    local file, why, current = self.file, reason(self), self.current
    if not why then return false end
    if self.is_stopped then
        if current then current.status = "interrupted" end
        return false
    end
    if current then
        if self.inner then why = ("%s, in '%s'"):format(why, self.inner.name) end
        current.status = self.late and "timeout" or "failed"
        current.seconds = now() - self.test_began
        add_failure(current, { message = why, stacks = self.stacks })
        self.run:ended(file, current)
    elseif not self.has_told then
        child.fail_file(file, why .. (self.late and "" or " " .. place(self)), { stacks = self.stacks })
    end
    return not self.is_done and not self.is_file_over and (current or self.has_ended)
end

-- One process. Returns whether another one is to do the rest.
local function run_process(run, file, attempt, skipped, file_due)
    local self = setmetatable({ run = run, file = file, attempt = attempt, file_due = file_due,
        nonce = ("%016x%016x"):format(math.random(0), math.random(0)), frames = internal.foreign_frames("msgpack") }, Child)
    self.output = new_output(self.nonce, run.live and run.live(file))
    self.handle = internal.spawn_program(command_of(run, file), "plait test", "", true)
    self.link = internal.program_link(self.handle).raw
    run.children[self] = true
    local pump_task = internal.async{ pump, self, name = "output of " .. file.path }
    self:allow(run.options.timeout)
    raw.write(self.link, internal.foreign_encode("msgpack", job_of(self, skipped)))
    follow(self)
    wait_for_end(self)
    raw.close(self.link)
    drain(self, pump_task)
    run.children[self] = nil
    local goes_on = settle(self)
    child.keep_output(self)
    return goes_on
end

-- Adds what was printed to the records.
function child.keep_output(self)
    local file, limit = self.file, self.run.options.output_limit
    for key in pairs(self.output.kept) do
        local text, size = self.output:text(key)
        local record = file.by_id[key]
        if record then
            record.output, record.output_size = (record.output or "") .. text, (record.output_size or 0) + size
        else
            file.output = (file.output or "") .. text
        end
        if size > limit then
            local message = ("printed %d bytes, more than the limit of %d"):format(size, limit)
            if not record then
                child.fail_file(file, message)
            else
                local was = record.status
                record.status = "failed"
                add_failure(record, { message = message })
                self.run:changed(record, was)
            end
        end
    end
end

local function fail_rest(file, why)
    for _, record in ipairs(file.tests) do
        if not record.status then
            record.status = "failed"
            record.was_not_run = true
            add_failure(record, { message = why })
        end
    end
end

-- All tests of the file.
function child.run(run, file)
    local began, attempt = now(), 0
    file.tests, file.by_id, file.failures = {}, {}, {}
    local file_due = began + run.options.file_timeout
    while true do
        attempt = attempt + 1
        local skipped, rest = ended_ids(file)
        if attempt > 1 and rest == 0 and not file.grows then break end
        if not run_process(run, file, attempt, skipped, file_due) or run.is_stopping then break end
    end
    if not run.is_stopping and not run.options.list then fail_rest(file, "was not run: the process did not get as far") end
    file.seconds = now() - began
end

---------------------------------------------------------------------------------------------------- in this process

-- The same without a process of its own, for debuggers: nothing ends what goes on for ever, and what is printed goes where
-- it goes.
function child.run_here(run, file)
    local began = now()
    file.tests, file.by_id, file.failures = {}, {}, {}
    local self = { run = run, file = file, allow = function() end }
    local job = job_of(self, {})
    require("plait.test.worker").run(job, function(event)
        local take = on[event.event]
        if take then take(self, event) end
    end)
    if not run.is_stopping and not run.options.list then fail_rest(file, "was not run") end
    file.seconds = now() - began
end

return child
