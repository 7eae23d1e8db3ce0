-- A worker that dies in init cannot begin, and neither can the next: the pool is broken, its methods raise that error. One that
-- is killed by somebody else is replaced.
local pool = plait.Pool{ processes = 2, init = function() os.exit(4) end }
local ok, err = pcall(pool.map, pool, math.abs, { 1 })
print(ok, plait.kind(err), err.exitcode) --> false	died	4
print(plait.kind(select(2, pcall(await, pool:submit(math.abs, 1))))) --> died
pool:join()
pool = plait.Pool{ processes = 1, init = function() os.execute("kill -9 $PPID") sleep(3600) end }
ok, err = pcall(pool.map, pool, math.abs, { 1 })
print(ok, plait.kind(err), err.signal) --> false	died	9
pool:join()
local tries = plait.Value(0)
pool = plait.Pool{ processes = 1, init = function() if tries:add(1) < 4 then os.execute("kill -9 $PPID") sleep(3600) end end }
print(pool:map(math.abs, { -1 })[1], tries:get()) --> 1	4
pool:close()
pool:join()
