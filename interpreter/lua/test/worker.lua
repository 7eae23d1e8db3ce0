-- test/worker.lua - the main function of a process that runs the tests of one file: takes the parent's orders, has
-- plait.test.run do the work, and sends what happens.
--
-- The parent is told of the beginning of a test before it begins, so that it knows whose fault a crash is; ends go along with
-- the next beginning. Marks in the output say which test has printed what.

local internal = require "plait.internal"
local plait = require "plait"

local worker = {}

------------------------------------------------------------------------------------------------------------ selection

local function set_of(list)
    local set = {}
    for _, value in ipairs(list) do set[value] = true end
    return set
end

-- A function that says whether a test {id =, name =} is to be run, by what has been done and what has failed; nil: all are.
local function selector(job)
    local skipped, names = job.skipped and set_of(job.skipped), job.names and set_of(job.names)
    if not names and (not skipped or next(skipped) == nil) then return nil end
    return function(test)
        return not (skipped and skipped[tostring(test.id)]) and (not names or names[test.name] == true)
    end
end

----------------------------------------------------------------------------------------------------------------- run

-- The helper first, whose errors are those of the file; then the tests.
local function run_file(job, emit)
    arg = { [0] = job.path, table.unpack(job.args or {}) }
    if job.helper then dofile(job.helper) end
    local run = require "plait.test.run"
    local function list(name) return job[name] and #job[name] > 0 and job[name] or nil end
    run.run(job.path, { timeout = job.timeout, seed = job.seed, shuffle = job.shuffle, clock = job.clock, leaks = job.leaks,
        ["repeat"] = job.repeats, retry = job.retry, explore = job.explore, strategy = job.strategy, replay = job.replay,
        filter = list "filter", filter_out = list "filter_out", tags = list "tags", no_tags = list "no_tags",
        only_lines = list "lines", update_snapshots = job.update, max_failures = job.max_failures, list = job.list, select = selector(job) }, emit)
end

function worker.run(job, emit)
    local ok, err, traceback = internal.catch(run_file, job, emit)
    if ok then return end
    if plait.kind(err) == "cancelled" then error(err, 0) end -- told to end: what it has begun is cleaned up on the way
    emit{ event = "failure", message = tostring(err), traceback = traceback }
end

-------------------------------------------------------------------------------------------------------------- events

local function plain(value, depth)
    local kind = type(value)
    if kind == "table" and depth < 20 then
        local copy = {}
        for key, each in next, value do
            copy[type(key) == "string" and key or math.type(key) == "integer" and key or tostring(key)] = plain(each, depth + 1)
        end
        return copy
    end
    if kind == "string" or kind == "boolean" or kind == "number" then return value end
    return tostring(value)
end

-- What the link cannot express is sent as text.
local function send(link, event)
    if not pcall(link.send, link, event) then link:send(plain(event, 0)) end
end

-- Processes that the test has left running in our group: they are its failure, unless leaks do not matter, and are ended.
local function check_strays(link, event, job, known)
    local strays = link:strays()
    if not strays then return end
    for _, stray in ipairs(strays) do
        if not known[stray.pid] and job.leaks ~= "off" then
            link:put_down(stray.pid)
            local text = ("process %d, which it has started, still runs: %s"):format(stray.pid, stray.command)
            event.leaks = event.leaks or {}
            table.insert(event.leaks, { what = "process", text = text })
            if job.leaks ~= "warn" then
                event.failures = event.failures or {}
                table.insert(event.failures, { message = "leak: " .. text, is_leak = true })
                if event.status == "passed" then event.status = "failed" end
            end
        end
    end
end

local on = {}

function on.plan(self, event)
    -- What the file has started is not the tests'.
    for _, stray in ipairs(self.link:strays() or {}) do self.known[stray.pid] = true end
    send(self.link, event)
    self.link:flush()
end

function on.begin(self, event)
    if self.depth == 0 then self.link:mark(tostring(event.id)) end
    self.depth = self.depth + 1
    send(self.link, event)
    self.link:flush()
end

on["end"] = function(self, event)
    self.depth = self.depth - 1
    -- The process was told to end, and so was the test: that is no failure of it.
    if event.status ~= "passed" and self.link:is_ending() then return end
    if self.depth == 0 then
        check_strays(self.link, event, self.job, self.known)
        self.link:mark("")
    end
    send(self.link, event)
end

function on.done() end -- told at the end of all, by main

local function other(self, event)
    send(self.link, event)
    self.link:flush()
end

local function emitter(link, job)
    local self = { link = link, job = job, depth = 0, known = {} }
    return function(event) return (on[event.event] or other)(self, event) end
end

----------------------------------------------------------------------------------------------------------------- main

function worker.main()
    local link = internal.test_link()
    local job = link and link:receive()
    if not job then
        io.stderr:write("plait: --plait-test is for the children of 'plait test'\n")
        os.exit(2)
    end
    local emit = emitter(link, job)
    worker.run(job, emit)
    link:mark("")
    send(link, { event = "done" })
    link:flush()
    os.exit(0, true)
end

return setmetatable(worker, { __call = worker.main })
