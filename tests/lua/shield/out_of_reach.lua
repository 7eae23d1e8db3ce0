-- Whoever cancels the strand meanwhile: f runs to its end; the wait after it raises.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local ready, go = plait.Channel(), plait.Channel()
    local h = start(function()
        local got = plait.shield(function()
            ready:send(true)
            sleep(0.001)
            return go:recv()
        end)
        local ok, err = pcall(sleep, 3600)
        return got, ok, err.message
    end)
    ready:recv()
    h:cancel("enough")
    go:send("whole")
    print(await(h))
end
--> whole	false	cancelled: enough
--> whole	false	cancelled: enough
--> whole	false	cancelled: enough
