-- Handles of submit are handles like others: gather, race, as_completed, select and on_done take them, and they travel.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local slow, quick = pool:submit(sleep, 3600), pool:submit(math.abs, -2)
    print(plait.race(slow, quick))
    print(slow:status(), plait.select{ quick })
    print(table.concat(gather(pool:submit(math.abs, -4), function() return 5 end, pool:submit(math.max, 6, 1)), " "))
    local gate = plait.Channel()
    local first, second = pool:submit(function() return gate:recv() end), pool:submit(math.abs, -8)
    for h in plait.as_completed{ first, second } do
        io.write(await(h), " ")
        if h == second then gate:send(9) end
    end
    print(await(spawn_process(function(h) return await(h), h:status() end, quick)))
    print(pcall(gather, pool:submit(error, "x"), pool:submit(sleep, 3600)))
    local done = plait.Channel(1)
    pool:submit(math.abs, -7):on_done(function(h) done:send(await(h)) end)
    print(done:recv(), quick.kind, quick:done())
end
--> 2	2
--> cancelled	1	2
--> 4 5 6
--> 8 9 2	done
--> false	x
--> 7	task	true
--> 2	2
--> cancelled	1	2
--> 4 5 6
--> 8 9 2	done
--> false	x
--> 7	task	true
