-- When init raises, the jobs fail with that error: nothing hangs.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    options.init = function() error("init failed", 0) end
    local pool = plait.Pool(options)
    print(pcall(pool.map, pool, math.abs, { 1, 2, 3 }))
    pool:cancel()
    pool:join()
end
--> false	init failed
--> false	init failed
