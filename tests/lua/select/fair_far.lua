-- The same between objects of several processes.
local rounds, own = 600, plait.Channel(1)
own:send(0)
local far = plait.Channel(math.huge)
local home = spawn_process(function()
    local first, second = plait.Channel(rounds), plait.Channel(1)
    for i = 1, rounds do first:send(i) end
    far:send(first)
    far:send(second)
    second:recv()
end)
local first, second = far:recv(), far:recv()
local function count(cases)
    local counts = { 0, 0, 0 }
    for _ = 1, 200 do
        local i = plait.select(cases)
        counts[i] = counts[i] + 1
        if cases[i] == own then own:send(0) end
    end
    return counts
end
-- 100 each, with a standard deviation of 7.
local counts = count{ first, own }
print(counts[1] > 58 and counts[1] < 142) --> true
counts = count{ second, own, first } -- one of two there is ready
print(counts[1], counts[2] > 58 and counts[2] < 142) --> 0	true
counts = count{ first, second, first } -- both in one process
print(counts[2], counts[1] > 58 and counts[1] < 142) --> 0	true
second:send("end")
await(home)
