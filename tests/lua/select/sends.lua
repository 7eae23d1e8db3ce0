-- ch:sending(v): sends v where there is room, once.
local full, free = plait.Channel(1), plait.Channel(1)
full:send(0)
print(plait.select{ full:sending("a"), free:sending("b") }) --> 2	true
print(#full, free:recv(), #free) --> 1	b	0
-- A rendezvous: when somebody receives.
local ch, quit = plait.Channel(), plait.Channel()
local task = async(function() return ch:recv() end)
print(plait.select{ quit, ch:sending({ name = "v" }) }, await(task).name) --> 2	v
print(plait.select{ ch:sending(1), timeout = 0.01 }) --> nil	timeout
print(ch:try_recv()) --> nil	empty
-- Sending and receiving in one select.
async(function() quit:send("stop") end)
print(plait.select{ ch:sending(1), quit }) --> 2	stop
