-- A coroutine that was closed because its strand is to stop, and is resumed again and again: nothing is taken from its stack
-- that is not there.
local running = plait.Event()
local function spin()
    running:set()
    while true do local t = {} end
end
local function work()
    local co = coroutine.create(spin)
    while true do pcall(coroutine.resume, co, 1, 2, 3) end
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    running:clear()
    local h = start(work)
    spawn_thread(function(h, running)
        running:wait()
        h:cancel("enough")
    end, h, running)
    print(pcall(await, h))
end
--> false	cancelled: enough
--> false	cancelled: enough
--> false	cancelled: enough
