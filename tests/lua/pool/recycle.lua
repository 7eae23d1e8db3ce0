-- recycle = k: a worker is replaced after k jobs.
for _, options in ipairs{ { threads = 1, recycle = 2 }, { processes = 1, recycle = 2 } } do
    local pool <close> = plait.Pool(options)
    local function count() return load("calls = (calls or 0) + 1 return calls")() end
    print(table.concat(pool:map(count, { 1, 2, 3, 4, 5 }, { chunk = 1 }), " "))
end
--> 1 2 1 2 1
--> 1 2 1 2 1
