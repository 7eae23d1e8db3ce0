-- test/report_dot.lua - a character a test: "." passed, "F" failed, "T" time-out, "s" skipped; then what has failed.

local pretty = require "plait.test.report_pretty"
local report = require "plait.test.report"

local Dot = setmetatable({}, { __index = pretty.class })
Dot.__index = Dot

local MARKS = { passed = ".", failed = "F", timeout = "T", skipped = "s", expected = "x" }
local WIDTH = 72

local function put(self, mark)
    self.out:write(mark)
    self.column = self.column + 1
    if self.column == WIDTH then
        self.out:write("\n")
        self.column = 0
    end
    self.out:flush()
end

function Dot:began() end

function Dot:ended(_, record) put(self, MARKS[record.status] or "?") end

function Dot:file(file)
    if #file.failures > 0 then put(self, "E") end
    self.done[#self.done + 1] = file
end

function Dot:finish(summary)
    if self.column > 0 then self.out:write("\n") end
    self.is_quiet = true
    for _, file in ipairs(self.done) do pretty.class.file(self, file) end
    pretty.class.finish(self, summary)
end

local function new(run, out)
    local self = pretty.new(run, out)
    self.is_live, self.column, self.done = false, 0, {}
    return setmetatable(self, Dot)
end

return { new = new, is_for_people = true }
