-- A daemon thread is cancelled at the end, and its clean-up runs.
local ready = plait.Channel()
spawn_thread{ function()
    local closed <close> = setmetatable({}, { __close = function(self) print("cleaned up") end })
    ready:send(true)
    sleep(3600)
end, daemon = true }
print(ready:recv())
--> true
--> cleaned up
