-- A result that cannot travel fails its item with kind "send"; the worker lives on.
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    print(plait.kind(select(2, pcall(await, pool:submit(coroutine.create, print)))))
    print(plait.kind(select(2, pcall(pool.map, pool, math.abs, { coroutine.create(print) }))))
    print(await(pool:submit(math.abs, -2)))
end
--> send
--> send
--> 2
--> send
--> send
--> 2
