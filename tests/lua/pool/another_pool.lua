-- Workers may use other pools.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    for _, others in ipairs{ { threads = 1 }, { processes = 1 } } do
        local pool <close> = plait.Pool(options)
        local other <close> = plait.Pool(others)
        print(plait.repr(pool:map(function(i) return other:map(math.abs, { -i, i })[1] + await(other:submit(math.max, i, 2)) end, { 1, 2, 3 }, { chunk = 1 })))
    end
end
--> [3, 4, 6]
--> [3, 4, 6]
--> [3, 4, 6]
--> [3, 4, 6]
