-- The error of a strand is one value however often it is asked for: await, a second await, error.
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local handle = start(function() error{code = 1} end)
    local _, first = pcall(await, handle)
    local _, second = pcall(handle.join, handle)
    print(first == second, second == handle:error(), handle:status(), handle:done())
end
--> true	true	failed	true
--> true	true	failed	true
--> true	true	failed	true
