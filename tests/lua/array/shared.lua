-- No sum is lost, whoever adds: eight strands on the same elements, of every type.
local types = {"i32", "i64", "u16", "u32", "u64", "f32", "f64"}
local function work(arrays, n)
    for i = 1, n do
        for _, a in ipairs(arrays) do a:add(i % 3 + 1, 1) end
    end
end
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local arrays = {}
    for i, type in ipairs(types) do arrays[i] = plait.Array(type, 3) end
    local workers = {}
    for i = 1, 8 do workers[i] = start(work, arrays, 3000) end
    gather(workers)
    for i, type in ipairs(types) do
        local a = arrays[i]
        assert(a[1] == 8000 and a[2] == 8000 and a[3] == 8000, type)
    end
    print(start ~= nil)
end
--> true
--> true
--> true

-- And all kinds of strands at once.
local a = plait.Array("f64", 1)
local function add(n) for _ = 1, n do a:add(1, 0.5) end end
local workers = {}
for i, start in ipairs{async, spawn_thread, spawn_process, spawn_thread, spawn_process, async, spawn_thread, spawn_process} do
    workers[i] = start(add, 10000)
end
gather(workers)
print(a[1]) --> 40000.0
