-- A pool cannot be used by its own workers: they would wait for each other. That is an error, and nothing hangs.
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    local function kind(f, ...) return plait.kind(select(2, pcall(f, ...))) end
    local uses = {
        map = function() return kind(pool.map, pool, math.abs, { 1 }) end,
        starmap = function() return kind(pool.starmap, pool, math.abs, { { 1 } }) end,
        imap = function() return kind(function() for _ in pool:imap(math.abs, { 1 }) do end end) end,
        submit = function() return kind(pool.submit, pool, math.abs, 1) end,
        join = function() return kind(pool.join, pool) end,
        task = function() return await(async(function() return kind(pool.map, pool, math.abs, { 1 }) end)) end,
    }
    for _, name in ipairs{ "map", "starmap", "imap", "submit", "join", "task" } do io.write(name, " ", pool:map(uses[name], { 1 })[1], ", ") end
    print(pool:map(math.abs, { -5 })[1])
end
print((select(2, pcall(function()
    local pool <close> = plait.Pool(1)
    pool:map(function() pool:map(math.abs, { 1 }) end, { 1 })
end)).message:match("map: .*")))
--> map usage, starmap usage, imap usage, submit usage, join usage, task usage, 5
--> map usage, starmap usage, imap usage, submit usage, join usage, task usage, 5
--> map: a worker cannot use its own pool: all of them might wait for each other; use another pool, or leave it to who uses this one
