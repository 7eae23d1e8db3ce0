-- test/report_json.lua - a JSON object a line: "start", "file", a "test" for each, "failure" of a file, "summary". For
-- programs that show tests; docs/testing.md has the fields.

local internal = require "plait.internal"
local report = require "plait.test.report"

local Json = {}
Json.__index = Json

local function put(self, event) self.out:write(internal.foreign_encode("json", event)) end

-- JSON is UTF-8.
local function text(value)
    if value == nil then return nil end
    value = tostring(value)
    return utf8.len(value) and value or report.printable(value)
end

local function new(run, out)
    local self = setmetatable({ run = run, out = out }, Json)
    put(self, { event = "start", version = 1, seed = run.seed, files = #run.files })
    return self
end

local FIELDS = { "message", "where", "traceback", "diff", "got", "want", "excerpt", "stacks", "strands" }

local function failures_of(list)
    local copies = {}
    for i, failure in ipairs(list) do
        local copy = {}
        for _, field in ipairs(FIELDS) do copy[field] = text(failure[field]) end
        copies[i] = copy
    end
    return #copies > 0 and copies or nil
end

local function texts(list)
    local copies = {}
    for i, each in ipairs(list or {}) do copies[i] = text(each) end
    return #copies > 0 and copies or nil
end

local function test(self, file, record, parent)
    put(self, { event = "test", file = text(file.path), id = record.id, parent = parent, name = text(record.name),
        line = record.line, last_line = record.last_line, tags = record.tags and #record.tags > 0 and record.tags or nil,
        status = record.status or "not run", seconds = record.seconds, failures = failures_of(record.failures),
        leaks = texts(report.leaks(record)), warnings = texts(record.warnings), log = texts(record.log), retries = record.retries ~= 0 and record.retries or nil,
        reason = record.status == "skipped" and record.skip ~= true and text(record.skip) or nil, output = text(record.output),
        replay = record.replay, stacks = text(record.stacks) })
    for _, each in ipairs(record.subtests or {}) do test(self, file, each, record.id) end
end

function Json:file(file)
    put(self, { event = "file", file = text(file.path), seconds = file.seconds, tests = #file.tests, output = text(file.output) })
    for _, record in ipairs(file.tests) do test(self, file, record) end
    for _, failure in ipairs(failures_of(file.failures) or {}) do
        failure.event, failure.file = "failure", text(file.path)
        put(self, failure)
    end
    self.out:flush()
end

function Json:finish(summary)
    put(self, { event = "summary", passed = summary.passed, failed = summary.failed, skipped = summary.skipped,
        flaky = summary.flaky, not_run = summary.not_run, seconds = summary.seconds,
        interrupted = summary.interrupted or nil, broken = summary.broken })
end

return { new = new }
