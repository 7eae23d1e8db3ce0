-- A function that travels may use coroutines of its own, generators that wait included.
local function count(n)
    return coroutine.wrap(function() for i = 1, n do sleep(0.001) coroutine.yield(i) end end)
end
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(function() local sum = 0 for i in count(4) do sum = sum + i end return sum end)))
end
--> 10
--> 10
