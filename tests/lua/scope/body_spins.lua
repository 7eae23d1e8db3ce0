-- A block that never waits, and catches every error, is interrupted when a strand of another thread or process has
-- failed; so is a strand of the scope.
local function spin() while true do pcall(function() while true do local t = {} end end) end end
local function fail(running)
    running:wait()
    error("boom", 0)
end
local function in_block(verb)
    local running = plait.Event()
    local s <close> = plait.scope()
    s[verb](s, fail, running)
    running:set()
    spin()
end
local function in_strand(verb)
    local running = plait.Event()
    local s <close> = plait.scope()
    s:async(function()
        local c <close> = setmetatable({}, { __close = function() print("closed") end })
        running:set()
        spin()
    end)
    s[verb](s, fail, running)
end
for _, verb in ipairs{ "spawn_thread", "spawn_process" } do
    print(pcall(in_block, verb))
    print(pcall(in_strand, verb))
    print(pcall(await, async(in_block, verb)))
    print(pcall(await, spawn_thread(in_block, verb)))
end
--> false	boom
--> closed
--> false	boom
--> false	boom
--> false	boom
--> false	boom
--> closed
--> false	boom
--> false	boom
--> false	boom
