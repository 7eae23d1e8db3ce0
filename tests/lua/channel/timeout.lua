-- A wait that timed out or was cancelled neither takes nor leaves a message.
local ch = plait.Channel()
print(ch:recv(0.001)) --> nil	timeout
print(ch:send(1, 0.001)) --> nil	timeout
print(ch:try_recv()) --> nil	empty
local receiver = async(function() ch:recv() end)
local sender
plait.yield()
receiver:cancel()
print(ch:try_send(1)) --> false
sender = async(function() ch:send({1}) end)
plait.yield()
sender:cancel()
print(ch:try_recv()) --> nil	empty
print(pcall(await, receiver)) --> false	cancelled
print(pcall(await, sender)) --> false	cancelled
