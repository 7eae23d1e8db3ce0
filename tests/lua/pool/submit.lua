-- submit gives a handle: all results, or the error, of f(...).
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local h = pool:submit(function(...) return select("#", ...), ... end, 1, nil, 3, nil)
    print(h:await())
    local bad = pool:submit(function() error({ code = 8 }) end)
    print((pcall(await, bad)), bad:error().code, bad:status())
end
--> 4	1	nil	3	nil
--> false	8	failed
--> 4	1	nil	3	nil
--> false	8	failed
