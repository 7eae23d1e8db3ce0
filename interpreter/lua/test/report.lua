-- test/report.lua - what the reporters share: how a failure is told to people, and where reports go.

local report = {}

------------------------------------------------------------------------------------------------------------- output

local Out = {}
Out.__index = Out

-- Where a reporter writes: the file of that name, or the standard output. nil, message
function report.open(path)
    if not path then return setmetatable({ file = io.stdout, name = "the standard output" }, Out) end
    local file, message = io.open(path, "w")
    if not file then return nil, message end
    return setmetatable({ file = file, name = path, is_own = true }, Out)
end

function Out:write(...)
    if self.message then return end
    local ok, message = self.file:write(...)
    if not ok then self.message = message or "cannot write" end
end

function Out:flush()
    local ok, message = self.file:flush()
    if not ok and not self.message then self.message = message or "cannot write" end
end

-- -> nil, or why not all of it was written
function Out:finish()
    self:flush()
    if self.is_own then
        local ok, message = self.file:close()
        if not ok and not self.message then self.message = message end
    end
    return self.message and ("cannot write to %s: %s"):format(self.name, self.message)
end

------------------------------------------------------------------------------------------------------------- colours

local CODES = { red = "31", green = "32", yellow = "33", dim = "2", bold = "1" }

-- A function that puts text into a colour, or leaves it.
function report.paint(is_coloured)
    if not is_coloured then return function(_, text) return text end end
    return function(colour, text) return "\27[" .. CODES[colour] .. "m" .. text .. "\27[0m" end
end

--------------------------------------------------------------------------------------------------------------- texts

function report.duration(seconds)
    seconds = seconds or 0
    if seconds < 0.0995 then return ("%.1f ms"):format(seconds * 1000) end
    if seconds < 0.9995 then return ("%.0f ms"):format(seconds * 1000) end
    if seconds < 99.95 then return ("%.2f s"):format(seconds) end
    return ("%d min %02d s"):format(seconds // 60, seconds % 60 // 1)
end

function report.plural(count, what) return ("%d %s%s"):format(count, what, count == 1 and "" or "s") end

function report.place(file, record)
    return record and record.line and ("%s:%d"):format(file.path, record.line) or file.path
end

function report.indent(text, prefix)
    text = text:gsub("\n$", "")
    return prefix .. text:gsub("\n", "\n" .. prefix) .. "\n"
end

-- "N passed, N failed[, N skipped]"
function report.last_line(summary)
    local line = ("%d passed, %d failed"):format(summary.passed, summary.failed)
    return summary.skipped > 0 and ("%s, %d skipped"):format(line, summary.skipped) or line
end

-- Bytes that are no UTF-8, and control characters, shown; tabs and line ends stay.
function report.printable(text)
    if not utf8.len(text) then
        text = text:gsub("[\128-\255]+", function(bytes)
            if utf8.len(bytes) then return bytes end
            return (bytes:gsub(".", function(byte) return ("\\x%02x"):format(byte:byte()) end))
        end)
    end
    return (text:gsub("[%c\127]", function(byte)
        if byte == "\n" or byte == "\t" then return byte end
        if byte == "\r" then return "" end
        return ("\\x%02x"):format(byte:byte())
    end))
end

------------------------------------------------------------------------------------------------------------ failures

-- A word of a shell.
function report.quote(word)
    if word:find("^[%w_%%+,./:=@-]+$") then return word end
    return "'" .. word:gsub("'", "'\\''") .. "'"
end

local function again(run, file, record)
    local words = { "plait", "test", report.quote(report.place(file, record)) }
    if record and record.replay then
        words[#words + 1] = "--replay " .. report.quote(record.replay)
    else
        words[#words + 1] = ("--seed %d"):format(run.seed)
    end
    if run.options.shuffle then words[#words + 1] = "--shuffle" end
    return table.concat(words, " ")
end

-- A failure in lines that begin with two blanks.
function report.failure_text(failure)
    local text = require("plait.test.failures").text(failure)
    local lines = { report.indent(report.printable(text), "  ") }
    local strands = failure.stacks or failure.strands
    if strands then lines[2] = "  what its strands did:\n" .. report.indent(report.printable(strands), "    ") end
    return table.concat(lines)
end

local MOST_LINES = 60 -- of what a test has printed, and as many at its end

local function shown(text)
    local lines = {}
    for line in (text:gsub("\n$", "") .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
    local count = #lines
    if count > 2 * MOST_LINES then
        local left_out = count - 2 * MOST_LINES
        table.move(lines, count - MOST_LINES + 1, count, MOST_LINES + 2)
        lines[MOST_LINES + 1] = ("... %s left out here ..."):format(report.plural(left_out, "line") ..
            (left_out == 1 and " is" or " are"))
        for i = #lines, 2 * MOST_LINES + 2, -1 do lines[i] = nil end
    end
    return table.concat(lines, "\n"), count
end

function report.output_text(text)
    if not text or text == "" then return "" end
    local body, count = shown(text)
    return ("  output (%s):\n"):format(report.plural(count, "line")) .. report.indent(report.printable(body), "    | ")
end

local function leak_text(leak) return tostring(type(leak) == "table" and (leak.text or leak.what) or leak) end

-- The leaks that no failure tells of already, as texts.
function report.leaks(record)
    local list = {}
    for _, failure in ipairs(record.failures or {}) do
        if failure.is_leak then return list end
    end
    for i, leak in ipairs(record.leaks or {}) do list[i] = leak_text(leak) end
    return list
end

-- All there is to say of a test that has failed, but for its head line.
function report.details(run, file, record)
    local parts = {}
    for _, failure in ipairs(record.failures) do parts[#parts + 1] = report.failure_text(failure) end
    for _, leak in ipairs(report.leaks(record)) do parts[#parts + 1] = report.indent("leak: " .. leak, "  ") end
    for _, line in ipairs(record.log or {}) do parts[#parts + 1] = report.indent("log: " .. tostring(line), "  ") end
    if record.stacks then
        parts[#parts + 1] = "  what its strands did:\n" .. report.indent(report.printable(record.stacks), "    ")
    end
    if not run.live then parts[#parts + 1] = report.output_text(record.output) end
    parts[#parts + 1] = ("  again: %s\n"):format(again(run, file, record))
    return table.concat(parts)
end

function report.file_details(run, file)
    local parts = {}
    for _, failure in ipairs(file.failures) do parts[#parts + 1] = report.failure_text(failure) end
    if not run.live then parts[#parts + 1] = report.output_text(file.output) end
    parts[#parts + 1] = ("  again: %s\n"):format(again(run, file))
    return table.concat(parts)
end

-- What is told after all files: flaky tests, the slowest ones, lines that were covered, and how it went.
function report.extras(run, out, summary)
    for _, file in ipairs(run.files) do
        for _, record in ipairs(file.tests or {}) do
            if record.status == "passed" and (record.retries or 0) > 0 then
                out:write(("flaky  %s  %s (passed at try %d)\n"):format(report.place(file, record),
                    report.printable(record.name), record.retries + 1))
            end
        end
    end
    if run.options.durations then
        out:write("\nslowest:\n")
        for _, each in ipairs(summary.slowest) do
            out:write(("  %10s  %s  %s\n"):format(report.duration(each.record.seconds), report.place(each.file, each.record),
                report.printable(each.record.name)))
        end
    end
    if summary.coverage then out:write("\n", summary.coverage) end
    if summary.interrupted then
        out:write(("\ninterrupted: %s had not ended\n"):format(report.plural(summary.not_run, "test")))
    elseif summary.not_run > 0 then
        out:write(("\nstopped after %s: %s not run\n"):format(report.plural(summary.failed, "failure"),
            report.plural(summary.not_run, "test") .. (summary.not_run == 1 and " was" or " were")))
    end
    out:write(("\n%s, %s, seed %d\n"):format(report.plural(#run.files, "file"), report.duration(summary.seconds), run.seed))
end

function report.is_failure(status) return status == "failed" or status == "timeout" end

-- For each failed test in order: f(record); for the subtests of those that passed in spite of them nothing is told.
function report.each_failed(file, f)
    for _, record in ipairs(file.tests) do
        if report.is_failure(record.status) then f(record) end
    end
end

return report
