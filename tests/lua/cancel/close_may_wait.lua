-- __close handlers may wait: they are shielded, in tasks, threads and processes.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local ready = plait.Channel()
    local h = start(function()
        local closed <close> = setmetatable({}, { __close = function(self)
            sleep(0.002)
            print("slept", await(async(function() plait.yield() return "awaited" end)))
            print(pcall(function() plait.yield() return "in pcall" end))
        end })
        ready:send(true)
        sleep(3600)
    end)
    ready:recv()
    h:cancel()
    print(pcall(await, h))
end
--> slept	awaited
--> true	in pcall
--> false	cancelled
--> slept	awaited
--> true	in pcall
--> false	cancelled
--> slept	awaited
--> true	in pcall
--> false	cancelled
