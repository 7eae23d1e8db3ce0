-- No update is lost, whoever makes it: tasks, threads, processes.
local function work(value, n)
    for _ = 1, n do
        value:add(1)
        value:update(function(v) return v + 1 end)
    end
    return value.value ~= nil
end

for _, start in ipairs{async, spawn_thread, spawn_process} do
    local value = plait.Value(0)
    local n = start == spawn_process and 50 or 2000
    local workers = {}
    for i = 1, 4 do workers[i] = start(work, value, n) end
    for i = 1, 4 do await(workers[i]) end
    print(value.value == 8 * n)
end
--> true
--> true
--> true

-- Every operation from another process.
local value = plait.Value("home")
print(await(spawn_process(function()
    local seen = value.value
    value.value = ("far away"):rep(9)
    local ok, err = pcall(value.add, value, 1)
    return seen, #value:get(), value:cas("x", 1), value:cas(value:get(), 1.5), value:add(1), plait.kind(err)
end))) --> home	72	false	true	2.5	usage
print(value.value) --> 2.5
