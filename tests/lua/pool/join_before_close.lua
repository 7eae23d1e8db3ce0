-- join of a pool that is neither closed nor cancelled is refused: it would wait for ever.
local pool <close> = plait.Pool(1)
local ok, err = pcall(pool.join, pool)
print(ok, plait.kind(err)) --> false	usage
print(pool:map(math.abs, { -3 })[1]) --> 3
