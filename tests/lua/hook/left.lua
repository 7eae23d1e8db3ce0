-- Code that catches everything is left, with a hook or not; the main strand is interrupted again.
local function catch_all(mask, count)
    debug.sethook(function() end, mask, count)
    local _ <close> = setmetatable({}, { __close = function() print("closed") end })
    while true do pcall(function() while true do local t = {} end end) end
end
for _, hook in ipairs{ { "l" }, { "cr" }, { "", 100 } } do
    print(plait.timeout(0.01, catch_all, table.unpack(hook)))
end
--> closed
--> nil	timeout
--> closed
--> nil	timeout
--> closed
--> nil	timeout
local lines = 0
local function f() lines = lines + 1 end
debug.sethook(f, "l")
local ok, err = pcall(function()
    local _ <close> = plait.deadline(0.01)
    while true do local t = {} end
end)
print(ok, plait.kind(err), debug.gethook() == f) --> false	timeout	true
lines = 0
local a = 1
a = a + 1
debug.sethook()
print(lines) --> 3
