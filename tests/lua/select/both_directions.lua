-- The same channel to receive from and to send on, and the same one twice: a
-- select does not meet itself, and takes place once.
local ch = plait.Channel()
print(plait.select{ ch, ch:sending("mine"), timeout = 0.01 }) --> nil	timeout
local task = async(function() return plait.select{ ch, ch:sending("mine"), ch:sending("mine too") } end)
plait.yield()
local got = ch:recv()
local i, ok = await(task)
print(got == ({ [2] = "mine", [3] = "mine too" })[i], ok) --> true	true
print(ch:try_recv()) --> nil	empty
task = async(function() return plait.select{ ch:sending("mine"), ch } end)
plait.yield()
ch:send("yours")
print(await(task)) --> 2	yours
task = async(function() return plait.select{ ch, ch, ch } end)
plait.yield()
ch:send("one")
print(ch:try_send("two"), select(2, await(task))) --> false	one
