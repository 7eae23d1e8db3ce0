-- close: no more jobs, those that were given are done; join waits for the workers.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool = plait.Pool(options)
    local gate = plait.Channel(math.huge)
    local handles = {}
    for i = 1, 6 do handles[i] = pool:submit(function() return gate:recv() end) end
    pool:close()
    print(plait.kind(select(2, pcall(pool.submit, pool, print))), plait.kind(select(2, pcall(pool.map, pool, print, { 1 }))))
    for i = 1, 6 do gate:send(i) end
    pool:join()
    local sum = 0
    for i = 1, 6 do sum = sum + await(handles[i]) end
    print(sum, pcall(pool.join, pool))
end
--> closed	closed
--> 21	true	true
--> closed	closed
--> 21	true	true
