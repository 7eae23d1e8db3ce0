-- A pool travels by reference to a thread, and is the same when it comes back.
local pool <close> = plait.Pool(1)
local same, result = await(spawn_thread(function(p) return p == pool, await(p:submit(math.max, 1, 2)) end, pool))
print(same, result) --> true	2
