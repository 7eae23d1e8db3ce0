-- Writing to a captured array is no lost write, and options do not matter.
local a = plait.Array("i32", 3)
local function work() a[1] = a[1] + 1 end
await(spawn_thread(work))
await(to_thread(work))
local pool <close> = plait.Pool(1)
pool:map(function(i) a[i] = i * 10 end, {2, 3})
print(plait.repr(a)) --> Array("i32", [2, 20, 30])
