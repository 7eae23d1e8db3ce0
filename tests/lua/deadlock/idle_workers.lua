-- Idle workers of a pool, and idle threads, are no reason to hope; they are not named either.
local pool = plait.Pool{ threads = 3 }
print(#pool:map(function(x) return x end, { 1, 2, 3 })) --> 3
await(spawn_thread(function() end))
await(to_thread(function() end))
local ok, err = pcall(await, plait.Future())
print(ok, plait.kind(err)) --> false	deadlock
print((err.message:gsub("Future %d+", "Future N")))
--> deadlock: nothing can run any more
-->   the main script waits (await) at idle_workers.lua:6 for Future N
pool:close()
