-- When the time of map, starmap or join is over it is nil, "timeout"; what map has under way is cancelled.
for _, kind in ipairs{ "threads", "processes" } do
    local pool <close> = plait.Pool{ [kind] = 2 }
    local cleaned = plait.Value(0)
    local function work(seconds)
        local _ <close> = setmetatable({}, { __close = function() cleaned:add(1) end })
        sleep(seconds)
        return seconds
    end
    pool:map(work, { 0, 0 }) -- the workers are there
    print(pool:map(work, { 60, 60, 60, 60 }, { timeout = 0.2, chunk = 1 })) --> nil	timeout
    print(cleaned.value >= 4) --> true
    print(pool:starmap(work, { { 60 } }, { timeout = 0 })) --> nil	timeout
    print(plait.repr(pool:map(work, { 0, 0 }, { timeout = 60 }))) --> [0, 0]
    print(plait.repr(pool:map(work, {}, { timeout = 0 }))) --> {}
    print(select(2, pcall(pool.map, pool, work, { 1 }, { timeout = -1 })).message:match("map: .*")) --> map: the time-out is -1 (a number), not a number of seconds

    local job = pool:submit(work, 60)
    pool:close()
    print(pool:join(0.01)) --> nil	timeout
    print(await(spawn_process(function() return pool:join(0.01) end))) --> nil	timeout
    job:cancel()
    print(pool:join(60), pool:join()) --> true	true
    print(plait.kind(select(2, pcall(pool.join, pool, "x")))) --> usage
end
--> nil	timeout
--> true
--> nil	timeout
--> [0, 0]
--> {}
--> map: the time-out is -1 (a number), not a number of seconds
--> nil	timeout
--> nil	timeout
--> true	true
--> usage
