-- nil, "timeout" when the time is over; then it has not happened.
local a, b = plait.Channel(), plait.Channel()
local start = plait.now()
print(plait.select{ a, b:sending(1), timeout = 0.02 }) --> nil	timeout
print(plait.now() - start >= 0.02) --> true
print(a:try_send("x"), b:try_recv()) --> false	nil	empty
print(plait.select{ timeout = 0.01 }) --> nil	timeout
print(plait.select{ a, timeout = 0 }) --> nil	timeout
local c = plait.Channel(1)
c:send("x")
print(plait.select{ c, timeout = 0 }) --> 1	x
async(function() a:send("in time") end)
print(plait.select{ a, timeout = 30 }) --> 1	in time
async(function() a:send("without an end") end)
print(plait.select{ a, timeout = math.huge }) --> 1	without an end
