-- test/report_quiet.lua - what has failed, and the last line.

local pretty = require "plait.test.report_pretty"

local function new(run, out)
    local self = pretty.new(run, out)
    self.is_live, self.is_quiet = false, true
    return self
end

return { new = new, is_for_people = true }
