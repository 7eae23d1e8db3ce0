-- The first error in map cancels what is under way, waits for it, and is raised; items that had not begun are left out.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local begun, ended = plait.Channel(math.huge), plait.Value(0)
    local function work(i)
        begun:send(i)
        local _ <close> = setmetatable({}, { __close = function() ended:add(1) end })
        if i == 1 then sleep(3600) end
        while #begun < 2 do sleep(0.001) end
        error("item " .. i, 0)
    end
    print(pcall(pool.map, pool, work, { 1, 2, 3, 4, 5, 6 }, { chunk = 1 }))
    print(ended:get(), #begun, pool:map(math.abs, { -1 })[1])
end
--> false	item 2
--> 2	2	1
--> false	item 2
--> 2	2	1
