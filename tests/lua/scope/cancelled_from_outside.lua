-- A strand that is cancelled while it is in the block, or waits at its end: its strands are cancelled and waited for,
-- and the cancellation goes on.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    for _, waits_inside in ipairs{ true, false } do
        local ready, closed = plait.Channel(), plait.Value(0)
        local h = start(function()
            local s <close> = plait.scope()
            s:async(function()
                local c <close> = setmetatable({}, { __close = function() sleep(0.001) closed:add(1) end })
                sleep(3600)
            end)
            s:async(function() ready:send(true) end)
            if waits_inside then sleep(3600) end
        end)
        ready:recv()
        h:cancel("enough")
        print(pcall(await, h))
        print(h:status(), closed.value)
    end
end
--> false	cancelled: enough
--> cancelled	1
--> false	cancelled: enough
--> cancelled	1
--> false	cancelled: enough
--> cancelled	1
--> false	cancelled: enough
--> cancelled	1
--> false	cancelled: enough
--> cancelled	1
--> false	cancelled: enough
--> cancelled	1
