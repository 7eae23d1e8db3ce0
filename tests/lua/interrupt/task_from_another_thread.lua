-- A task that never waits is stopped by the handle in another thread, and the
-- other tasks of its state go on.
local handles, running, go_on = plait.Channel(1), plait.Event(), plait.Event()
local t = spawn_thread(function()
    local h = async(function()
        local c <close> = setmetatable({}, { __close = function() print("closed") end })
        running:set()
        while true do pcall(function() while true do local t = {} end end) end
    end)
    handles:send(h)
    go_on:wait()
    print("goes on", h:status())
    return pcall(await, h)
end)
local h = handles:recv()
running:wait()
h:cancel("enough")
print(pcall(await, h))
go_on:set()
print(await(t))
--> closed
--> false	cancelled: enough
--> goes on	cancelled
--> false	cancelled: enough
