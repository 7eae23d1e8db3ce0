-- Of the cases that can go on each is taken with the same probability, whatever
-- stands between them.
local function count(rounds, cases, refill)
    local counts = {}
    for _ = 1, rounds do
        local i = plait.select(cases)
        counts[i] = (counts[i] or 0) + 1
        refill(i)
    end
    return counts
end
local a, b, never = plait.Channel(1), plait.Channel(1), plait.Channel()
local event, done = plait.Event(), async(function() end)
event:set()
await(done)
a:send(1)
local counts = count(6000, { a, never, b:sending(2), event, never, done }, function(i)
    if i == 1 then a:send(1) end
    if i == 3 then b:recv() end
end)
-- 1500 each, with a standard deviation of 34.
for _, i in ipairs{ 1, 3, 4, 6 } do print(i, counts[i] > 1280 and counts[i] < 1720) end
--> 1	true
--> 3	true
--> 4	true
--> 6	true
print(counts[2], counts[5]) --> nil	nil
