-- If the main script raises, the error is printed and everything is cancelled.
local ready = plait.Channel()
local function work()
    local closed <close> = setmetatable({}, { __close = function(self, err) print(plait.kind(err)) end })
    ready:send(true)
    sleep(3600)
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    start(work)
    ready:recv()
end
error("the end")
--! order: free
--! status: 1
--! stderr: main_raises.lua:12: the end
--> cancelled
--> cancelled
--> cancelled
