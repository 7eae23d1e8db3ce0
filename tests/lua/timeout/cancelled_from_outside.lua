-- A strand that is cancelled while it is in plait.timeout: f is cancelled and waited for, and the cancellation goes on.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local ready, closed = plait.Channel(), plait.Event()
    local h = start(function()
        plait.timeout(3600, function()
            local c <close> = setmetatable({}, { __close = function() sleep(0.001) closed:set() end })
            ready:send(true)
            sleep(3600)
        end)
    end)
    ready:recv()
    h:cancel("enough")
    print(pcall(await, h))
    print(h:status(), closed:is_set())
end
--> false	cancelled: enough
--> cancelled	true
--> false	cancelled: enough
--> cancelled	true
--> false	cancelled: enough
--> cancelled	true
