-- Through coroutines in coroutines, each of which catches what it can, and whose
-- variables are all closed, from the inside to the outside.
local function closing(name)
    return setmetatable({}, { __close = function() print("closed", name) end })
end
local function spin() while true do local t = {} end end
local function nest(depth, running)
    local c <close> = closing(depth)
    if depth == 3 then
        running:set()
        while true do pcall(spin) end
    end
    local co = coroutine.create(nest)
    while true do pcall(coroutine.resume, co, depth + 1, running) end
end
local function cancel(h, running)
    running:wait()
    h:cancel("enough")
end
for _, start in ipairs{ async, spawn_thread } do
    local running = plait.Event()
    local h = start(nest, 1, running)
    spawn_thread(cancel, h, running)
    print(pcall(await, h))
end
--> closed	3
--> closed	2
--> closed	1
--> false	cancelled: enough
--> closed	3
--> closed	2
--> closed	1
--> false	cancelled: enough
