-- A worker that dies fails its item, never hangs the pool, and is replaced.
local pool <close> = plait.Pool{ processes = 1 }
local ok, err = pcall(pool.map, pool, function(x) if x == 2 then os.exit(5) end return x end, { 1, 2, 3 }, { chunk = 1 })
print(ok, plait.kind(err), err.exitcode) --> false	died	5
print(table.concat(pool:map(math.abs, { -1, -2 }), " ")) --> 1 2
local bad, good = pool:submit(function() os.exit(6) end), pool:submit(math.abs, -9)
print(plait.kind(select(2, pcall(await, bad))), await(good)) --> died	9
