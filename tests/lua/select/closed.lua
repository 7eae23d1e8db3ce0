-- A closed channel is ready: receiving says so, sending raises; what is queued
-- comes first.
local ch, other = plait.Channel(2), plait.Channel()
ch:send("last")
ch:close()
print(plait.select{ other, ch }) --> 2	last
print(plait.select{ other, ch }) --> 2	nil	closed
local ok, err = pcall(plait.select, { other, ch:sending(1) })
print(ok, err.kind) --> false	closed
-- Closing wakes those who wait.
local waiting = async(function() return plait.select{ plait.Channel(), other } end)
local sending = async(function() return plait.select{ other:sending(1), plait.Channel() } end)
plait.yield()
local rest = plait.Channel(0)
rest:close()
print(await(waiting) == 2, pcall(await, sending)) --> true	true	1	true
other:close()
waiting = async(function() return plait.select{ plait.Channel(), plait.Channel(), timeout = 0.01 } end)
print(await(waiting)) --> nil	timeout
local third = plait.Channel()
waiting = async(function() return plait.select{ third } end)
sending = async(function() return plait.select{ third } end)
plait.yield()
third:close()
print(select("#", await(waiting)), await(sending)) --> 3	1	nil	closed
