-- starmap calls f with the arguments in each item.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local sums = pool:starmap(function(a, b, c) return a + (b or 10) + (c or 100) end, { { 1, 2, 3 }, { 1 }, { 1, nil, 3, n = 3 } })
    print(table.concat(sums, " "), #pool:starmap(print, {}))
end
--> 6 111 14	0
--> 6 111 14	0
