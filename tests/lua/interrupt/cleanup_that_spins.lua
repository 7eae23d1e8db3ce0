-- A __close handler that never waits has a time of its own, and is stopped then;
-- the ones outside of it still run.
local function handler(f)
    return setmetatable({}, { __close = f })
end
local function spin() while true do local t = {} end end
local function work(catch, running)
    require("plait.internal").set_cleanup(0.2)
    local outer <close> = handler(function() print("outer") end)
    local inner <close> = handler(function()
        if catch then while true do pcall(spin) end else spin() end
    end)
    running:set()
    sleep(math.huge)
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    for _, catch in ipairs{ false, true } do
        local running = plait.Event()
        local begin = plait.now()
        local h = start(work, catch, running)
        running:wait()
        h:cancel()
        local ok, err = pcall(await, h)
        print(ok, plait.kind(err), plait.now() - begin > 0.19)
    end
end
--> outer
--> false	cancelled	true
--> outer
--> false	cancelled	true
--> outer
--> false	cancelled	true
--> outer
--> false	cancelled	true
--> outer
--> false	cancelled	true
--> outer
--> false	cancelled	true
