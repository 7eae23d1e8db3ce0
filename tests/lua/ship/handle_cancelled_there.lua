-- A handle given to a thread can be cancelled from there.
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local victim = start(function() sleep(600) end)
    plait.yield()
    print(await(spawn_thread(function() victim:cancel("from afar") return pcall(await, victim) end)) == false, pcall(await, victim))
end
--> true	false	cancelled: from afar
--> true	false	cancelled: from afar
--> true	false	cancelled: from afar
