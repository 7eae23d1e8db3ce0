-- multiprocessing.Pool: imap in order, imap_unordered as they come, starmap_async; a nil result arrives as false.
local multiprocessing = require "plait.multiprocessing"
local function square(x) return x * x end
for _, new in ipairs{multiprocessing.Pool, multiprocessing.pool.ThreadPool} do
    local pool <close> = new(2)
    local list = {}
    for n in pool:imap(square, {1, 2, 3, 4, 5}) do list[#list + 1] = n end
    for n in pool:imap(square, ("6 7"):gmatch("%d"), 2) do list[#list + 1] = n end
    print(table.concat(list, " "))
    local sum = 0
    for n in pool:imap_unordered(square, {1, 2, 3}) do sum = sum + n end
    print(sum)
    local go, steps = plait.Event(), {}
    for what in pool:imap_unordered(function(x) if x == 1 then go:wait() end return x end, {1, 2}) do
        steps[#steps + 1] = what
        go:set()
    end
    print(table.concat(steps, " "))
    local count = 0
    for result in pool:imap(function() end, {1, 2, 3}) do
        if result == false then count = count + 1 end
    end
    print(count)
    print(pcall(function() for _ in pool:imap(function(x) error("item " .. x, 0) end, {1, 2}) do end end))
    print(plait.repr(pool:starmap_async(math.max, {{1, 2}, {4, 3}}):get(30)))
end
--> 1 4 9 16 25 36 49
--> 14
--> 2 1
--> 3
--> false	item 1
--> [2, 4]
--> 1 4 9 16 25 36 49
--> 14
--> 2 1
--> 3
--> false	item 1
--> [2, 4]
