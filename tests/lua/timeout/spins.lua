-- Code that does not wait, and catches every error, is left; what is to be closed is closed.
local function spin()
    local c <close> = setmetatable({}, { __close = function() print("closed") end })
    while true do pcall(function() while true do local t = {} end end) end
end
local function generate() return coroutine.wrap(spin)() end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    for _, f in ipairs{ spin, generate } do print(await(start(plait.timeout, 0.01, f))) end
end
--> closed
--> nil	timeout
--> closed
--> nil	timeout
--> closed
--> nil	timeout
--> closed
--> nil	timeout
--> closed
--> nil	timeout
--> closed
--> nil	timeout
print(plait.timeout(0.01, spin))
--> closed
--> nil	timeout
