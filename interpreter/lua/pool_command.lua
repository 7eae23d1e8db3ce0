-- pool_command.lua - pools whose workers are programs in other languages:
--
--     local pool <close> = plait.Pool{ processes = 4, command = {"python3", "worker.py"} }
--     local lengths = pool:map{ "to", "be", "or not" }
--
-- Each program has a link (link.lua), and a task that serves it: it waits until the program asks for an item, takes the next
-- job, sends it, and waits for the answer. So one job at a time is in a program's hands, and with a program that ends, that
-- one fails and no other. A job that nobody wants any more ends the program that is at it.

local internal = require "plait.internal"
local combine = require "plait.combine"
local link = require "plait.link"
local plait = require "plait"
local progress = require "plait.progress"
local class = require "plait.pool_class"

local usage = class.usage

local PATIENCE = 5 -- seconds for a program that reads the end of its link to exit

local Pool = { __name = "Pool", __stays = "a Pool of another program, which stays in its state" }
Pool.__index = Pool

local function failure(...)
    local _, err = pcall(internal.raise, ...)
    return err
end

local function check(self, name)
    if getmetatable(self) ~= Pool then usage("%s: argument 1 is %s, not a Pool", name, internal.describe(self)) end
end

----------------------------------------------------------------------------------------------------------------- jobs

-- A job is {bytes =, ended = Event, result =, failure = {error}}, and while a program is at it `worker`.

local function end_job(job, result, failure)
    job.result, job.failure = result, failure
    job.ended:set()
end

local function put(self, job, is_again)
    if is_again then
        self.first = self.first - 1
        self.jobs[self.first] = job
    else
        self.last = self.last + 1
        self.jobs[self.last] = job
    end
    self.there:release()
end

-- The next job that is still wanted; waits. nil: there will be none.
local function take(self)
    while true do
        self.there:acquire()
        local job = self.jobs[self.first]
        if not job then return nil end -- the pool is closed
        self.jobs[self.first] = nil
        self.first = self.first + 1
        if not job.is_unwanted then return job end
    end
end

local function fail_all(self, err)
    for i = self.first, self.last do
        end_job(self.jobs[i], nil, { err })
        self.jobs[i] = nil
    end
    self.first = self.last + 1
end

-- Leaving early, for whatever reason.
local Wanted = {}

function Wanted:__close()
    local job = self.job
    if job.ended:is_set() then return end
    job.is_unwanted = true
    if not job.worker then return end
    job.worker.is_doomed = true
    job.worker.handle:cancel()
end

local function encode(self, value) return internal.foreign_encode(self.format, value) end

local function call(self, bytes)
    if self.broken then error(self.broken, 0) end
    if self.is_closed then internal.raise("closed", "the pool is closed") end
    local job = { bytes = bytes, ended = plait.Event() }
    put(self, job)
    local _ <close> = setmetatable({ job = job }, Wanted)
    job.ended:wait()
    if job.failure then error(job.failure[1], 0) end
    return job.result
end

-------------------------------------------------------------------------------------------------------------- workers

local function start(self)
    local words = { daemon = true }
    for key, value in next, self.command do words[key] = value end
    return link.open(words, "Pool", self.format)
end

-- What became of a program that is not there any more: its own error, or that it has ended.
local function reason(worker, rest)
    worker:let_go(rest and "protocol" or nil, rest, true)
    plait.wait({ worker.handle })
    local err = worker.handle:error()
    if err then return err end
    return failure("died", ("program '%s' (pid %d) exited with status %d before it answered"):format(worker.program,
        worker.handle.pid, worker.handle.exitcode), { pid = worker.handle.pid, exitcode = worker.handle.exitcode })
end

-- The program is done: it reads the end of its link, and has some time to exit.
local function dismiss(worker)
    worker:let_go()
    plait.wait({ worker.handle }, { timeout = PATIENCE })
    if not worker.handle:done() then
        worker.handle:cancel()
        plait.wait({ worker.handle })
    end
    worker.handle:error() -- is received
end

-- What is left when its task ends early.
local Employed = {}

function Employed:__close()
    local worker = self.worker
    worker:let_go()
    if worker.handle:done() then return end
    worker.handle:cancel()
    plait.wait({ worker.handle })
    worker.handle:error()
end

-- Waits until it asks for an item. False, and why: it has ended.
local function wait_for_request(worker)
    local is_there, value = worker:receive()
    if not is_there then return false, value end
    if value ~= nil then
        internal.raise("protocol", worker.program .. " sent an answer before it was given an item")
    end
    return true
end

local function read_answer(worker, job, answer)
    local is_answer = type(answer) == "table" and (answer.error ~= nil or answer.result ~= nil or next(answer) == nil)
    if not is_answer then
        internal.raise("protocol", ("%s sent an answer that is %s, not a map with a result or an error"):format(worker.program,
            internal.describe(answer)))
    end
    if answer.error ~= nil then
        end_job(job, nil, { answer.error })
    else
        end_job(job, answer.result)
    end
end

-- Gives it one job and waits for the answer. False, and why: it has ended. It may ask for the next item before it answers.
local function do_job(worker, job)
    if not worker:write(job.bytes) then return false end
    while true do
        local is_there, answer = worker:receive()
        if not is_there then return false, answer end
        if answer ~= nil then
            read_answer(worker, job, answer)
            return true
        end
        worker.has_asked = true
    end
end

-- Serves one program until it ends, has done enough, or there are no more jobs: then true.
local function employ(self, worker)
    local done = 0
    while true do
        if not worker.has_asked then
            local is_there, rest = wait_for_request(worker)
            if not is_there then
                self.failures = self.failures + 1
                self.last_failure = reason(worker, rest)
                return false
            end
        end
        worker.has_asked = false
        self.failures = 0
        local job = take(self)
        if not job then
            dismiss(worker)
            return true
        end
        if worker:is_over() then -- it has gone while there was nothing to do
            put(self, job, true)
            reason(worker)
            return false
        end
        job.worker = worker
        worker.job, self.busy[job] = job, true
        local is_alive, rest = do_job(worker, job)
        worker.job, self.busy[job] = nil, nil
        job.worker = nil
        if not is_alive then
            local err = reason(worker, rest)
            if not job.ended:is_set() then end_job(job, nil, { err }) end
            return false
        end
        if worker.is_doomed then -- it has answered all the same
            reason(worker)
            return false
        end
        done = done + 1
        if done == self.recycle then
            dismiss(worker)
            return false
        end
    end
end

-- Sent what it should not: it is ended, and its job, if it has one, fails with that.
local function punish(self, worker, err)
    worker:fail(err)
    plait.wait({ worker.handle })
    local failure = worker.handle:error() or err
    local job = worker.job
    if job then
        self.busy[job] = nil
        end_job(job, nil, { failure })
    end
    self.failures = self.failures + 1
    self.last_failure = failure
end

local function break_down(self, err)
    self.broken = err
    fail_all(self, err)
    self.there:release(self.count)
end

local function work(self, worker)
    while true do
        local employed <close> = setmetatable({ worker = worker }, Employed)
        local ok, is_over = pcall(employ, self, worker)
        if not ok and plait.kind(is_over) == "cancelled" then error(is_over, 0) end
        if not ok then punish(self, worker, is_over) end
        if ok and is_over then return end
        if self.failures > 2 * self.count then return break_down(self, self.last_failure) end
        if self.broken then return end
        local started, other = pcall(start, self)
        if not started then return break_down(self, other) end
        worker = other
    end
end

-------------------------------------------------------------------------------------------------------------- methods

local map_options = { progress = true, timeout = true }

local function map(self, list, total, options)
    local display <close> = progress.open(options.progress, total, "map")
    local results, sent, done = internal.new_list(total), 0, 0
    local function lane()
        while sent < total do
            sent = sent + 1
            local i = sent
            results[i] = call(self, encode(self, list[i]))
            done = done + 1
            display:update(done)
        end
    end
    plait.scope(function(s)
        for _ = 1, math.min(total, 2 * self.count) do s:async(lane) end
    end)
    return results
end

-- pool:map(list[, {progress =, timeout =}]) -> the answers, in order | nil, "timeout"
function Pool:map(list, options)
    check(self, "map")
    if not class.is_list(list) then usage("map: argument 1 is %s, not a list", internal.describe(list)) end
    options = class.check_options(options, map_options, "map")
    combine.check_timeout("map", options.timeout)
    local plain, total = class.plain_list(list)
    if self.is_closed then internal.raise("closed", "map: the pool is closed") end
    if not options.timeout then return map(self, plain, total, options) end
    local due = plait.now() + options.timeout
    local ok, results = pcall(function()
        local _ <close> = plait.deadline(options.timeout)
        return map(self, plain, total, options)
    end)
    if ok then return results end
    if plait.kind(results) == "timeout" and plait.now() >= due then return nil, "timeout" end
    error(results, 0)
end

-- pool:submit(item) -> handle
function Pool:submit(value)
    check(self, "submit")
    if self.is_closed then internal.raise("closed", "submit: the pool is closed") end
    return internal.async{ call, self, encode(self, value), name = "job of " .. tostring(self.command[1]) }
end

local function next_of(iterable)
    if class.is_list(iterable) then
        local list, total = class.plain_list(iterable)
        local i = 0
        return function()
            i = i + 1
            if i <= total then return list[i], true end
        end
    end
    if type(iterable) == "userdata" and internal.object_kind(iterable) == "Channel" then
        return function()
            local value = iterable:recv()
            return value, value ~= nil
        end
    end
    if not internal.is_callable(iterable) then
        usage("imap: argument 1 is %s, not a list, an iterator function or a channel", internal.describe(iterable))
    end
    return function()
        local value = iterable()
        return value, value ~= nil
    end
end

local imap_options = { ordered = true, ahead = true }

-- The place in `handles` of the one that is next.
local function place_of_next(handles, ordered)
    if ordered then return 1 end
    plait.wait(handles, { when = "first" })
    for i, handle in ipairs(handles) do
        if handle:done() then return i end
    end
end

-- for answer in pool:imap(iterable[, {ordered =, ahead =}]) do
function Pool:imap(iterable, options)
    check(self, "imap")
    options = class.check_options(options, imap_options, "imap")
    local ahead = class.check_positive(options, "ahead", "imap") or 4 * self.count
    local ordered = options.ordered ~= false
    local read = next_of(iterable)
    local handles, is_over = {}, false
    local function step()
        while not is_over and #handles < ahead do
            local value, is_there = read()
            is_over = not is_there
            if is_there then handles[#handles + 1] = self:submit(value) end
        end
        if #handles == 0 then return nil end
        local result = table.remove(handles, place_of_next(handles, ordered)):await()
        if result ~= nil then return result end
        usage("imap: the answer to an item is nil, which would end the loop; use map")
    end
    local function leave()
        is_over = true
        for _, handle in ipairs(handles) do handle:cancel() end
        plait.wait(handles)
        for _, handle in ipairs(handles) do handle:error() end
        handles = {}
    end
    return step, nil, nil, setmetatable({}, { __close = leave })
end

-- pool:close(): no more jobs; those that were given are done
function Pool:close()
    check(self, "close")
    if self.is_closed then return end
    self.is_closed = true
    self.there:release(self.count)
end

-- pool:cancel(): closes; jobs that are not done are cancelled
function Pool:cancel()
    check(self, "cancel")
    self.is_closed = true
    local err = failure("cancelled", "cancelled: the pool was cancelled")
    fail_all(self, err)
    for job in next, self.busy do end_job(job, nil, { err }) end
    for _, task in ipairs(self.tasks) do task:cancel() end
end

-- pool:join([timeout]) -> true | nil, "timeout"
function Pool:join(timeout)
    check(self, "join")
    combine.check_timeout("join", timeout)
    if not self.is_closed then usage("join: close or cancel the pool first") end
    local _, pending = plait.wait(self.tasks, { timeout = timeout })
    if #pending > 0 then return nil, "timeout" end
    for _, task in ipairs(self.tasks) do task:error() end
    return true
end

function Pool:__close(err)
    if err ~= nil then
        self:cancel()
    else
        self:close()
    end
    self:join()
end

---------------------------------------------------------------------------------------------------------------- start

local function check_command(command)
    if type(command) ~= "table" or command[1] == nil then
        usage("Pool: command is %s, not a list of words; write command = {\"python3\", \"worker.py\"}", internal.describe(command))
    end
    return command
end

-- Of the options that pool.lua has looked at.
return function(options, count)
    local self = setmetatable({ command = check_command(options.command), format = link.check_format(options.format, "Pool"),
        count = count, recycle = options.recycle, failures = 0, jobs = {}, first = 1, last = 0, busy = {},
        there = plait.Semaphore(0), tasks = {} }, Pool)
    local name = "worker of " .. tostring(self.command[1])
    for i = 1, count do
        self.tasks[i] = internal.async{ work, self, start(self), daemon = true, name = name }
    end
    return self
end
