-- Hundreds of cases, of which one takes place.
local cases = {}
for i = 1, 500 do cases[i] = i % 3 == 0 and plait.Channel():sending(i) or plait.Channel() end
local last = cases[500]
local task = async(function() return plait.select(cases) end)
plait.yield()
last:send("x")
print(await(task)) --> 500	x
print(last:try_send("y")) --> false
for i = 1, 500 do cases[i] = async(plait.yield) end
local i = plait.select(cases)
print(cases[i]:done()) --> true
