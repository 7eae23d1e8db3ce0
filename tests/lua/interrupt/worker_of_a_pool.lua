-- The item of a pool that never waits is stopped, and its worker goes on.
for _, kind in ipairs{ "threads", "processes" } do
    local pool <close> = plait.Pool{ [kind] = 1 }
    local running = plait.Event()
    local h = pool:submit(function()
        running:set()
        while true do pcall(function() while true do local t = {} end end) end
    end)
    running:wait()
    h:cancel("enough")
    print(pcall(await, h))
    print(await(pool:submit(function() return "next" end)))
end
--> false	cancelled: enough
--> next
--> false	cancelled: enough
--> next
