-- The index of a channel that has something, and what was received; nothing is
-- taken from the others.
local a, b, c = plait.Channel(3), plait.Channel(3), plait.Channel()
b:send("x")
print(plait.select{ a, b, c }) --> 2	x
print(#a, #b) --> 0	0
a:send(false)
print(plait.select{ c, a }) --> 2	false
-- It waits for the first; what comes to another one stays there.
async(function()
    c:send({ 1, 2 })
    a:send("later")
end)
local i, v = plait.select{ a, b, c }
print(i, v[1], v[2]) --> 3	1	2
plait.yield()
print(#a, a:recv()) --> 1	later
