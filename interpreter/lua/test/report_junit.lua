-- test/report_junit.lua - the XML that servers of continuous integration read. It is written at the end, since a suite
-- begins with its totals.

local report = require "plait.test.report"

local Junit = {}
Junit.__index = Junit

local function new(run, out) return setmetatable({ run = run, out = out, suites = {}, start = os.time() }, Junit) end

-- XML 1.0 has no control characters but tab and line end, no surrogates, and not U+FFFE and U+FFFF, however they are written.
-- Sequences that colour a terminal are left out.
local function text(value)
    value = tostring(value):gsub("\27%[[%d;?]*[%a]", ""):gsub("\27%][^\7\27]*\7?", "")
    value = report.printable(value):gsub("\237[\160-\191][\128-\191]", "?"):gsub("\239\191[\190\191]", "?")
    return (value:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

local function attribute(value)
    return (text(value):gsub('"', "&quot;"):gsub("\n", "&#10;"):gsub("\t", "&#9;"))
end

local function seconds(value) return ("%.6f"):format(value or 0) end

-- "test/a_test.lua" -> "test.a_test"
local function class_of(path) return (path:gsub("%.lua$", ""):gsub("/+", ".")) end

local function element(out, name, body)
    if body and body ~= "" then out:write("      <", name, ">", text(body), "</", name, ">\n") end
end

local function failures(run, out, file, record)
    if #record.failures == 0 then -- by its status alone
        out:write(('      <failure message="%s" type="failure"/>\n'):format(record.status))
        return
    end
    for i, failure in ipairs(record.failures) do
        local kind = record.status == "timeout" and "timeout" or record.was_not_run and "not run" or "failure"
        -- The schemas have one; the others stand in its text.
        if i == 1 then
            out:write(('      <failure message="%s" type="%s">'):format(attribute(failure.message), kind))
        end
        out:write(text(report.failure_text(failure)))
    end
    out:write(text(report.details(run, file, { failures = {}, line = record.line, stacks = record.stacks, log = record.log })),
        "</failure>\n")
end

local function case(run, out, file, record)
    out:write(('    <testcase name="%s" classname="%s" file="%s"'):format(attribute(record.name), attribute(class_of(file.path)),
        attribute(file.path)))
    if record.line then out:write((' line="%d"'):format(record.line)) end
    out:write((' time="%s">\n'):format(seconds(record.seconds)))
    if record.status == "skipped" then
        out:write(('      <skipped message="%s"/>\n'):format(attribute(record.skip == true and "" or record.skip or "")))
    elseif record.status == "expected" then
        out:write('      <skipped message="fails, as expected"/>\n')
    elseif report.is_failure(record.status) then
        failures(run, out, file, record)
    end
    local printed = record.output
    if record.retries and record.retries > 0 and record.status == "passed" then
        printed = ("flaky: passed at try %d\n"):format(record.retries + 1) .. (printed or "")
    end
    element(out, "system-out", printed)
    out:write("    </testcase>\n")
end

local function suite(run, out, file)
    local counts = { passed = 0, failed = 0, skipped = 0 }
    run.count(file, counts)
    local errors = #file.failures > 0 and 1 or 0
    out:write(('  <testsuite name="%s" tests="%d" failures="%d" errors="%d" skipped="%d" time="%s" timestamp="%s">\n'):format(
        attribute(file.path), counts.passed + counts.failed + counts.skipped, counts.failed - errors, errors, counts.skipped,
        seconds(file.seconds), os.date("!%Y-%m-%dT%H:%M:%S", file.began)))
    for _, record in ipairs(file.tests) do
        if record.status and record.status ~= "interrupted" then case(run, out, file, record) end
    end
    if errors > 0 then
        out:write(('    <testcase name="%s" classname="%s" file="%s" time="0">\n'):format(attribute(file.path),
            attribute(class_of(file.path)), attribute(file.path)))
        out:write(('      <error message="%s" type="error">'):format(attribute(file.failures[1].message)))
        out:write(text(report.file_details(run, file)), "</error>\n    </testcase>\n")
    end
    element(out, "system-out", file.output)
    out:write("  </testsuite>\n")
end

function Junit:file(file)
    self.suites[#self.suites + 1] = file
end

function Junit:finish(summary)
    local out, errors = self.out, 0
    table.sort(self.suites, function(a, b) return a.path < b.path end)
    for _, file in ipairs(self.suites) do
        if #file.failures > 0 then errors = errors + 1 end
    end
    out:write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out:write(('<testsuites name="plait test" tests="%d" failures="%d" errors="%d" skipped="%d" time="%s">\n'):format(
        summary.passed + summary.failed + summary.skipped, summary.failed - errors, errors, summary.skipped,
        seconds(summary.seconds)))
    for _, file in ipairs(self.suites) do suite(self.run, out, file) end
    out:write("</testsuites>\n")
end

return { new = new }
