-- plait.every calls f again and again, with its arguments, until it is cancelled.
local ticks = plait.Channel(math.huge)
local start = plait.now()
local h = plait.every(0.005, function(...) ticks:send({ select("#", ...), ... }) end, "x", nil)
for _ = 1, 3 do
    local t = ticks:recv()
    print(t[1], t[2], t[3])
end
print(plait.now() - start >= 0.013, h:done()) --> 2	x	nil
h:cancel() --> 2	x	nil
print(pcall(await, h)) --> 2	x	nil
--> true	false
--> false	cancelled
