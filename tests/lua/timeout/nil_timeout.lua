-- When the time is over f is cancelled and cleans up; then comes nil, "timeout".
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    print(await(start(function()
        local cleaned
        local results = table.pack(plait.timeout(0.01, function()
            local c <close> = setmetatable({}, { __close = function() sleep(0.001) cleaned = true end })
            sleep(3600)
        end))
        return cleaned, results.n, results[1], results[2]
    end)))
end
--> true	2	nil	timeout
--> true	2	nil	timeout
--> true	2	nil	timeout
