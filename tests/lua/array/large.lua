-- Ten million elements are handed over as they are, not copied.
local a = plait.Array("f64", 1e7)
a[1e7] = 0.5
local function use() return a[1e7], a:add(1, 1) end
print(await(spawn_process(use))) --> 0.5	1.0
print(await(spawn_thread(use))) --> 0.5	2.0
print(a[1]) --> 2.0
