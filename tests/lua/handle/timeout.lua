-- A wait that takes too long gives nil, "timeout"; the strand runs on.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local gate = plait.Channel()
    local h = start(function() return gate:recv() end)
    print(await(h, 0.001))
    print(h:await(0))
    print(h:join(0.001))
    print(h:done(), gate:send("open"), await(h, 60))
end
--> nil	timeout
--> nil	timeout
--> nil	timeout
--> false	true	open
--> nil	timeout
--> nil	timeout
--> nil	timeout
--> false	true	open
--> nil	timeout
--> nil	timeout
--> nil	timeout
--> false	true	open
