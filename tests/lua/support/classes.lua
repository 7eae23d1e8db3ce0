-- A module with a class of errors.
local classes = {}

classes.Failure = {}
classes.Failure.__index = classes.Failure
classes.Failure.__tostring = function(self) return "Failure: " .. self.text end

function classes.Failure:describe() return "described " .. self.text end

function classes.fail(text) error(setmetatable({text = text}, classes.Failure)) end

return classes
