-- A generator that never waits is stopped, and closed, with what uses it.
local function numbers(running)
    return coroutine.wrap(function()
        local c <close> = setmetatable({}, { __close = function() print("closed") end })
        for i = 1, math.huge do
            if i < 100 then coroutine.yield(i) end
            local t = { i }
            if i == 100 then running:set() end
        end
    end)
end
local function work(running)
    local sum = 0
    for i in numbers(running) do sum = sum + #tostring(i) end
end
local function cancel(h, running)
    running:wait()
    h:cancel("enough")
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local running = plait.Event()
    local h = start(work, running)
    spawn_thread(cancel, h, running)
    print(pcall(await, h))
end
--> closed
--> false	cancelled: enough
--> closed
--> false	cancelled: enough
--> closed
--> false	cancelled: enough
