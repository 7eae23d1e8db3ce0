-- What race and gather cancel is stopped where it runs.
local function spin() while true do local t = {} end end
local function spinner(name)
    return function()
        local c <close> = setmetatable({}, { __close = function() print(name, "closed") end })
        sleep(0.01)
        while true do pcall(spin) end
    end
end
print(plait.race(function() sleep(0) return "first" end, spinner("a")))
print(pcall(gather, function() sleep(0) error("oops", 0) end, spinner("b")))
print(plait.race(spawn_thread(spin), spawn_thread(function() return "thread" end)))
--> a	closed
--> 1	first
--> b	closed
--> false	oops
--> 2	thread
