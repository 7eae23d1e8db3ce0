-- A thread that never waits is stopped where it runs: also if it catches the
-- error, and in a coroutine.
local function spin() while true do local t = {} end end
local function catch() while true do pcall(spin) end end
local function generate()
    return coroutine.wrap(function()
        local c <close> = setmetatable({}, { __close = function() print("closed") end })
        catch()
    end)()
end
for _, f in ipairs{ spin, catch, generate } do
    local running = plait.Event()
    local h = spawn_thread(function() running:set() f() end)
    running:wait()
    h:cancel("enough")
    local ok, err = pcall(await, h)
    print(ok, err, h:status())
end
--> false	cancelled: enough	cancelled
--> false	cancelled: enough	cancelled
--> closed
--> false	cancelled: enough	cancelled
