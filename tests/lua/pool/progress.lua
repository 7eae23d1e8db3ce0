-- progress = f is called with what is done and the total, last of all with both equal; progress = true, or a table, shows nothing where
-- there is no terminal.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local list = {}
    for i = 1, 10 do list[i] = i end
    local calls, last = 0, 0
    local function progress(done, total)
        assert(done > last and total == 10)
        last, calls = done, calls + 1
    end
    pool:map(math.abs, list, { progress = progress })
    print(last, calls > 1)
    last = 0
    pool:map(math.abs, list, { progress = progress, chunk = 5 })
    pool:map(math.abs, list, { progress = true })
    pool:starmap(math.max, { { 1, 2 } }, { progress = { label = "x" } })
    local seen = {}
    for _ in pool:imap(math.abs, list, { progress = function(done, total) seen[#seen + 1] = done .. "/" .. total end }) do end
    print(last, table.concat(seen, " "))
    for _ in pool:imap(math.abs, function() return nil end, { progress = true }) do end
    print(pcall(pool.map, pool, math.abs, list, { progress = function() error("stop", 0) end }))
    print(plait.kind(select(2, pcall(pool.map, pool, math.abs, list, { progress = { lable = 1 } }))))
end
--> 10	true
--> 10	1/10 2/10 3/10 4/10 5/10 6/10 7/10 8/10 9/10 10/10
--> false	stop
--> usage
--> 10	true
--> 10	1/10 2/10 3/10 4/10 5/10 6/10 7/10 8/10 9/10 10/10
--> false	stop
--> usage
