-- Closing ends all waits; what is queued can still be received.
local ch = plait.Channel(1)
ch:send(1)
local sender = async(function() return plait.kind(select(2, pcall(ch.send, ch, 2))) end)
plait.yield()
print(ch:closed()) --> false
ch:close()
ch:close()
print(await(sender), ch:closed(), #ch) --> closed	true	1
print(ch:recv()) --> 1
print(ch:recv()) --> nil	closed
print(ch:try_recv()) --> nil	closed
print(select(2, pcall(function() ch:send(3) end))) --> close.lua:13: cannot send: the channel is closed
print(plait.kind(select(2, pcall(ch.try_send, ch, 3)))) --> closed
local empty = plait.Channel()
local receiver = async(function() return empty:recv() end)
plait.yield()
empty:close()
print(await(receiver)) --> nil	closed
