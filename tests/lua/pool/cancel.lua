-- cancel stops the workers: what is not done fails with kind "cancelled", under way or not.
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool = plait.Pool(options)
    local started = plait.Channel(math.huge)
    local running = pool:submit(function() started:send(true) sleep(3600) end)
    local waiting = pool:submit(function() started:send("should not start") end)
    started:recv()
    pool:cancel()
    print(plait.kind(select(2, pcall(await, running))), plait.kind(select(2, pcall(await, waiting))))
    pool:join()
    print(#started, plait.kind(select(2, pcall(pool.submit, pool, print))))
end
--> cancelled	cancelled
--> 0	closed
--> cancelled	cancelled
--> 0	closed
