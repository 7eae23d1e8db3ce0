-- test/report_pretty.lua - for people: a line for each file, what has failed, and, on a terminal, what runs.

local internal = require "plait.internal"
local report = require "plait.test.report"

local Pretty = {}
Pretty.__index = Pretty

local INTERVAL = 0.05 -- seconds between two pictures of the live line, at least

local function new(run, out)
    local width = out.file == io.stdout and internal.test_terminal(1)
    return setmetatable({ run = run, out = out, paint = report.paint(run.is_coloured(out)), is_live = width and not run.live,
        drawn = -1 }, Pretty)
end

---------------------------------------------------------------------------------------------------------- the live line

function Pretty:clear()
    if not self.has_line then return end
    self.out:write("\r\27[K")
    self.has_line = false
end

-- Cut after so many characters, not bytes.
local function cut(text, width)
    if (utf8.len(text) or #text) <= width then return text end
    local stop = utf8.len(text) and utf8.offset(text, width) or width
    return text:sub(1, stop - 1) .. "…"
end

function Pretty:draw(must)
    if not self.is_live then return end
    local run = self.run
    local now = run.now()
    if not must and now - self.drawn < INTERVAL then return end
    self.drawn = now
    local width = internal.test_terminal(1) or 80
    local text = ("%d/%d files, %d passed, %d failed"):format(run.files_done, #run.files, run.counts.passed, run.counts.failed)
    local doing = run:running()
    if doing then text = text .. "  " .. doing end
    self.out:write("\r\27[K", cut(report.printable(text):gsub("\n", " "), width - 1))
    self.out:flush()
    self.has_line = true
end

function Pretty:began() self:draw() end

function Pretty:ended() self:draw() end

--------------------------------------------------------------------------------------------------------------- files

local MARKS = { passed = "ok  ", failed = "FAIL", timeout = "FAIL", skipped = "skip", expected = "skip" }

local function head(self, file, record)
    local mark = record.status == "timeout" and "TIME" or "FAIL"
    local note = record.status == "timeout" and " (time-out)" or ""
    self.out:write(("%s  %s  %s%s  %s\n"):format(self.paint("red", mark), report.place(file, record),
        self.paint("bold", report.printable(record.name)), note, self.paint("dim", report.duration(record.seconds))))
end

local function file_line(self, file)
    local counts = { passed = 0, failed = 0, skipped = 0 }
    self.run.count(file, counts)
    local is_bad = counts.failed > 0
    local parts = { report.plural(#file.tests, "test") }
    if counts.failed > 0 then parts[#parts + 1] = counts.failed .. " failed" end
    if counts.skipped > 0 then parts[#parts + 1] = counts.skipped .. " skipped" end
    self.out:write(("%s  %s  %s  %s\n"):format(self.paint(is_bad and "red" or "green", is_bad and MARKS.failed or MARKS.passed),
        file.path, table.concat(parts, ", "), self.paint("dim", report.duration(file.seconds))))
end

local function warnings(self, file)
    for _, record in ipairs(file.tests) do
        local list = table.move(record.warnings or {}, 1, #(record.warnings or {}), 1, {})
        if record.status == "passed" then
            for _, leak in ipairs(report.leaks(record)) do list[#list + 1] = "leak: " .. leak end
        end
        for _, warning in ipairs(list) do
            self.out:write(("%s  %s  %s: %s\n"):format(self.paint("yellow", "warn"), report.place(file, record), record.name,
                report.printable(tostring(warning))))
        end
    end
end

function Pretty:file(file)
    self:clear()
    if not self.is_quiet then file_line(self, file) end
    if not self.is_quiet then warnings(self, file) end
    report.each_failed(file, function(record)
        head(self, file, record)
        self.out:write(report.details(self.run, file, record))
    end)
    if #file.failures > 0 then
        self.out:write(("%s  %s  %s\n"):format(self.paint("red", "FAIL"), file.path, self.paint("bold", "the file")))
        self.out:write(report.file_details(self.run, file))
    end
    self:draw(true)
    self.out:flush()
end

----------------------------------------------------------------------------------------------------------------- end

-- What has failed once more, in short, if it is not on the screen any more.
local function repeat_failures(self, files)
    local list = {}
    for _, file in ipairs(files) do
        if file.failures and #file.failures > 0 then list[#list + 1] = file.path end
        if file.tests then
            report.each_failed(file, function(record)
                list[#list + 1] = report.place(file, record) .. "  " .. report.printable(record.name)
            end)
        end
    end
    if #list < 2 then return end
    table.sort(list)
    self.out:write("\nfailed:\n")
    for _, text in ipairs(list) do self.out:write("  ", text, "\n") end
end

function Pretty:finish(summary)
    self:clear()
    if not self.is_quiet then repeat_failures(self, self.run.files) end
    report.extras(self.run, self.out, summary)
    self.out:write("\n", report.last_line(summary), "\n")
end

return { new = new, class = Pretty, is_for_people = true }
