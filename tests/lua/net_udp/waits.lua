-- Receiving waits for the strand alone; it is timed out, cancelled and closed, and no descriptor is left.
local files = require "files"
local net = plait.net
local a <close> = assert(net.udp("localhost:0"))
local b <close> = assert(net.udp("localhost:0"))
print(a:receive(0)) --> nil	timeout
print(a:receive{ timeout = 0.01 }) --> nil	timeout
local receiver = async(a.receive, a)
plait.yield()
b:send("for whoever waits", a.address)
print((await(receiver))) --> for whoever waits

-- Strands take turns.
local tasks = {}
for i = 1, 3 do tasks[i] = async(a.receive, a, 10) end
plait.yield()
print(a:receive(0)) --> nil	timeout
for i = 1, 3 do b:send(tostring(i), a.address) end
for i = 1, 3 do print((await(tasks[i]))) end
--> 1
--> 2
--> 3

-- What has come is not lost by a strand that was cancelled.
for moment = 0, 3 do
    local task = async(a.receive, a)
    for _ = 1, moment do plait.yield() end
    task:cancel()
    pcall(await, task)
end
b:send("still there", a.address)
print((a:receive(5))) --> still there

local before = files.count_open()
local socket = assert(net.udp("localhost:0"))
local task = async(socket.receive, socket)
plait.yield()
print(socket:close(), socket:close()) --> true	true
print(await(task)) --> nil	closed
for _ = 1, 10 do assert(net.udp()) end
collectgarbage()
collectgarbage()
print(files.wait_for_open(before)) --> true
