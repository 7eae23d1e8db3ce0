-- The table form: an every that is a daemon does not keep the program alive.
local ticks = plait.Channel(math.huge)
plait.every{ 0.001, function(x) ticks:send(x) end, "tick", daemon = true, name = "clock" }
print(ticks:recv(), ticks:recv()) --> tick	tick
