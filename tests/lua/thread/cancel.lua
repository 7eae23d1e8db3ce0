-- A cancelled thread gets the error at its wait, again at the next, and its clean-up runs.
local running = plait.Channel()
local thread = spawn_thread(function()
    local guard <close> = setmetatable({}, {__close = function() print("closed") end})
    running:send(true)
    local ok, err = pcall(sleep, 60)
    print(ok, plait.kind(err), err.reason)
    sleep(60)
end)
running:recv()
thread:cancel("enough")
print(plait.kind(select(2, pcall(await, thread))), thread:status())
--> false	cancelled	enough
--> closed
--> cancelled	cancelled
