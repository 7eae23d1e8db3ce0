-- A cancelled thread ends with its tasks: they are cancelled, their clean-up runs.
local ready = plait.Channel()
local thread = spawn_thread(function()
    async(function()
        local closed <close> = setmetatable({}, { __close = function(self, err) print(plait.kind(err)) end })
        sleep(3600)
    end)
    plait.yield()
    ready:send(true)
    sleep(3600)
end)
ready:recv()
thread:cancel()
print(pcall(await, thread))
--> cancelled
--> false	cancelled
