-- Clean-up that computes for longer than the grace is left in peace, also in a
-- coroutine of its own and inside of a loop that catches.
local function compute(seconds)
    local done = plait.now() + seconds
    while plait.now() < done do local t = {} end
end
local function busy()
    return setmetatable({}, { __close = function()
        for i in coroutine.wrap(function()
            compute(0.15)
            coroutine.yield(1)
            compute(0.05)
        end) do end
        print("cleaned up")
    end })
end
local function work(running)
    local count = 0
    while true do
        pcall(function()
            count = count + 1
            local c <close> = count == 1 and busy() or nil
            running:set()
            while true do local t = {} end
        end)
    end
end
local function cancel(h, running)
    running:wait()
    h:cancel("enough")
end
for _, start in ipairs{ async, spawn_thread } do
    local running = plait.Event()
    local h = start(work, running)
    spawn_thread(cancel, h, running)
    local begin = plait.now()
    print(pcall(await, h))
    print(plait.now() - begin < 4)
end
--> cleaned up
--> false	cancelled: enough
--> true
--> cleaned up
--> false	cancelled: enough
--> true
