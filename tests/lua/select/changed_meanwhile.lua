-- The table may change while the select waits, and be the only one that refers
-- to the channels.
local go = plait.Channel()
local cases = { plait.Channel(), go, async(function() return "result", collectgarbage() end) }
local first = cases[1]
local task = async(function() return plait.select(cases) end)
plait.yield()
plait.yield()
print(await(task)) --> 3	result	0
cases = { plait.Channel(), go }
task = async(function() return plait.select(cases) end)
plait.yield()
cases[1], cases[2], cases.timeout = nil, nil, 0
collectgarbage()
go:send("late")
print(await(task)) --> 2	late
