-- test/report_tap.lua - the Test Anything Protocol, version 14: a test a line, subtests with 4 blanks more before theirs, and
-- what is to be said of a failure in a block of YAML.

local report = require "plait.test.report"

local Tap = {}
Tap.__index = Tap

local function new(run, out)
    -- Perl's harness, which says that it is there, takes subtests for comments and refuses a version later than 13.
    out:write(os.getenv("HARNESS_ACTIVE") and "TAP version 13\n" or "TAP version 14\n")
    return setmetatable({ run = run, out = out, count = 0 }, Tap)
end

-- "#" begins a directive, "\" escapes it.
local function description(text)
    return (report.printable(text):gsub("[\n\t]", " "):gsub("[\\#]", "\\%0"))
end

local function directive(record)
    if record.status == "skipped" then return " # SKIP " .. description(tostring(record.skip or "")) end
    if record.status == "expected" then return (" # %s fails, as expected"):format("TO" .. "DO") end -- one word in TAP
    return ""
end

-------------------------------------------------------------------------------------------------------------- YAML

local function value(out, indent, key, text)
    text = report.printable(tostring(text)):gsub("\n$", "")
    if text:find("\n") then
        out:write(indent, key, ": |\n", report.indent(text:gsub("\t", "  "), indent .. "  "))
    else
        out:write(indent, key, ": '", (text:gsub("'", "''"):gsub("\t", " ")), "'\n")
    end
end

local KEYS = { { "message", "message" }, { "where", "at" }, { "got", "got" }, { "want", "want" }, { "diff", "diff" },
    { "traceback", "stack" }, { "stacks", "strands" }, { "strands", "strands" } }

local function yaml(self, indent, record)
    local failures = record.failures
    local leaks = report.leaks(record)
    if #failures == 0 and #leaks == 0 and not record.seconds then return end
    local out = self.out
    out:write(indent, "---\n")
    if record.seconds then out:write(indent, ("duration_ms: %.3f\n"):format(record.seconds * 1000)) end
    if record.retries and record.retries > 0 then out:write(indent, "retries: ", tostring(record.retries), "\n") end
    if #failures > 0 then
        for _, key in ipairs(KEYS) do
            local of_first = failures[1][key[1]]
            if of_first ~= nil then value(out, indent, key[2], of_first) end
        end
        for i = 2, #failures do value(out, indent, "message" .. i, failures[i].message) end
    end
    for i, leak in ipairs(leaks) do
        value(out, indent, "leak" .. i, leak)
    end
    out:write(indent, "...\n")
end

-------------------------------------------------------------------------------------------------------------- lines

local point

local function subtests(self, indent, record)
    local list = record.subtests
    if not list then return end
    local inner = indent .. "    "
    self.out:write(inner, "# Subtest: ", description(record.name), "\n")
    for i, each in ipairs(list) do point(self, inner, i, each, each.name) end
    self.out:write(inner, ("1..%d\n"):format(#list))
end

function point(self, indent, number, record, name)
    subtests(self, indent, record)
    local is_ok = not report.is_failure(record.status) and record.status ~= "expected"
    self.out:write(indent, is_ok and "ok " or "not ok ", tostring(number), " - ", description(name), directive(record), "\n")
    yaml(self, indent .. "  ", record)
end

-- What was printed is a comment, so that nothing in it counts.
local function comment(self, text)
    if not text or text == "" then return end
    for line in (report.printable(text):gsub("\n$", "") .. "\n"):gmatch("(.-)\n") do self.out:write("# ", line, "\n") end
end

function Tap:file(file)
    for _, record in ipairs(file.tests) do
        if record.status and record.status ~= "interrupted" then
            self.count = self.count + 1
            if report.is_failure(record.status) then comment(self, record.output) end
            point(self, "", self.count, record, file.path .. " › " .. record.name)
        end
    end
    if #file.failures > 0 then
        self.count = self.count + 1
        comment(self, file.output)
        point(self, "", self.count, { status = "failed", failures = file.failures }, file.path)
    end
    self.out:flush()
end

function Tap:finish(summary)
    if summary.interrupted then self.out:write("Bail out! interrupted\n") end
    if summary.broken then self.out:write("Bail out! ", description(summary.broken), "\n") end
    self.out:write(("1..%d\n"):format(self.count))
end

return { new = new }
