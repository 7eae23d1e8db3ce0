-- User errors arrive as the same value: strings, numbers, tables with fields and class.
local Class = { __name = "Class", __tostring = function(e) return "class " .. e.code end }
Class.__index = Class
function Class:double() return self.code * 2 end
local values = { "text", 42, 1.5, true, setmetatable({ code = 21, inner = { 1, 2 } }, Class) }
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    for i = 1, 4 do
        local _, err = pcall(await, start(error, values[i], 0))
        assert(err == values[i] and math.type(err) == math.type(values[i]))
    end
    local _, err = pcall(await, start(error, values[5]))
    print(err.code, err.inner[2], tostring(err), err:double())
end
--> 21	2	class 21	42
--> 21	2	class 21	42
--> 21	2	class 21	42
print(select(2, pcall(await, async(error, values[5]))) == values[5]) --> true
