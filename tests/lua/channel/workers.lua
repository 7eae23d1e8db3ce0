-- The same work with tasks, threads and processes: every message once, in its sender's order.
local function produce(ch, number, n)
    for i = 1, n do ch:send({number, i}) end
end

local function consume(ch, results)
    local last, count = {}, 0
    for message in ch do
        local number, i = message[1], message[2]
        assert(i > (last[number] or 0))
        last[number] = i
        count = count + 1
    end
    results:send(count)
end

for _, start in ipairs{async, spawn_thread, spawn_process} do
    for _, capacity in ipairs{0, 3, math.huge} do
        local n = start == spawn_process and 20 or 300
        local ch, results = plait.Channel(capacity), plait.Channel(math.huge)
        local producers, consumers = {}, {}
        for i = 1, 3 do
            producers[i] = start(produce, ch, i, n)
            consumers[i] = start(consume, ch, results)
        end
        for i = 1, 3 do await(producers[i]) end
        ch:close()
        for i = 1, 3 do await(consumers[i]) end
        local sum = 0
        for _ = 1, 3 do sum = sum + results:recv() end
        print(sum == 3 * n)
    end
end
--> true
--> true
--> true
--> true
--> true
--> true
--> true
--> true
--> true
