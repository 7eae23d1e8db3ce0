-- The status of threads and processes.
for _, start in ipairs{ spawn_thread, spawn_process } do
    local ready, gate = plait.Channel(), plait.Channel()
    local h = start(function() ready:send(true) return gate:recv() end)
    ready:recv()
    local status = h:status()
    print(status == "running" or status == "waiting", h:done())
    gate:send("go")
    print(await(h), h:status(), h:done())
    local bad = start(function() error("x") end)
    print((pcall(await, bad)), bad:status(), bad:done())
    local gone = start(function() ready:send(true) sleep(60) end)
    ready:recv()
    gone:cancel()
    print((pcall(await, gone)), gone:status(), gone:done())
end
--> true	false
--> go	done	true
--> false	failed	true
--> false	cancelled	true
--> true	false
--> go	done	true
--> false	failed	true
--> false	cancelled	true
