-- A pool that was sent to another strand is the same one; it lives on when the strand that made it has ended, and its workers are
-- still replaced.
local made = await(spawn_thread(function() return { plait.Pool(1), plait.Pool{ processes = 1 } } end))
for _, pool in ipairs(made) do
    print(pool, pool:map(math.abs, { -1 })[1])
    print(await(spawn_process(function(p) return p end, pool)) == pool, await(spawn_thread(function() return pool:map(math.abs, { -2 })[1] end)))
    if pool == made[2] then print(plait.kind(select(2, pcall(pool.map, pool, os.exit, { 1 })))) end
    print(await(pool:submit(math.abs, -3)))
    await(spawn_process(function()
        for v in pool:imap(function(x) return -x end, { 1, 2 }) do assert(v < 0) end
        assert(tostring(pool):find("^Pool %("))
        pool:close()
        pool:join()
    end))
    pool:join()
    print(plait.kind(select(2, pcall(pool.submit, pool, print))))
end
--> Pool (1 thread)	1
--> true	2
--> 3
--> closed
--> Pool (1 process)	1
--> true	2
--> died
--> 3
--> closed
