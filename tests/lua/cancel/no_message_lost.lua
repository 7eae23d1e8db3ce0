-- A cancelled receive has not happened: the message is there for others.
local ch = plait.Channel(1)
local task = async(function() return ch:recv() end)
local thread = spawn_thread(function() return ch:recv() end)
plait.yield()
task:cancel()
thread:cancel()
print(pcall(await, task), #ch)
print(pcall(await, thread))
ch:send("message")
print(ch:recv(), #ch)
--> false	0
--> false	cancelled
--> message	0
local full = plait.Channel(1)
full:send("first")
local sender = async(function() full:send("cancelled") end)
plait.yield()
sender:cancel()
pcall(await, sender)
print(full:recv(), (full:try_recv())) --> first	nil
