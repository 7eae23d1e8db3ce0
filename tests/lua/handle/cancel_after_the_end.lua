-- Cancelling what has ended changes nothing.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local good, bad = start(function() return 1 end), start(function() error("bad", 0) end)
    await(good)
    print(pcall(await, bad))
    good:cancel()
    bad:cancel("late")
    print(good:status(), await(good))
    print(bad:status(), pcall(await, bad))
end
--> false	bad
--> done	1
--> failed	false	bad
--> false	bad
--> done	1
--> failed	false	bad
--> false	bad
--> done	1
--> failed	false	bad
