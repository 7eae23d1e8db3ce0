-- The tasks of a thread that was cancelled make way for its end; what is to be
-- closed in them is closed.
local running = plait.Event()
local h = spawn_thread(function()
    async(function()
        local c <close> = setmetatable({}, { __close = function() print("closed") end })
        running:set()
        while true do pcall(function() while true do local t = {} end end) end
    end)
    sleep(math.huge)
end)
running:wait()
h:cancel("enough")
print(pcall(await, h))
print(h:status())
--> closed
--> false	cancelled: enough
--> cancelled
