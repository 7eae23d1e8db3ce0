-- Items that never wait end by themselves; no further item of their chunk begins.
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    local begun, go = plait.Value(0), plait.Value(false)
    local function work()
        begun:add(1)
        repeat until go:get()
        for _ = 1, 1000 do go:get() end
    end
    local list = {}
    for i = 1, 1000 do list[i] = i end
    local task = async(pool.map, pool, work, list, { chunk = 1000 })
    repeat sleep(0.001) until begun:get() == 1
    task:cancel()
    plait.yield()
    go:set(true)
    print(plait.kind(select(2, pcall(await, task))), begun:get() < 1000, pool:map(math.abs, { -1 })[1])
end
--> cancelled	true	1
--> cancelled	true	1
