-- Workers are threads and processes that are reused: a global stays in each.
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    local function count() return load("calls = (calls or 0) + 1 return calls")() end
    print(table.concat(pool:map(count, { 1, 2, 3 }, { chunk = 1 }), " "), await(pool:submit(count)))
end
--> 1 2 3	4
--> 1 2 3	4
