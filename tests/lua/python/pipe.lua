-- multiprocessing.Pipe: two ends, poll, nil as an item, the end of the other side.
local multiprocessing = require "plait.multiprocessing"
local function message(...) return (select(2, pcall(...)).message:gsub("^.-: ", "")) end

local parent, child = multiprocessing.Pipe()
print(parent:poll()) --> false
local p = multiprocessing.Process{target = function(conn)
    while true do
        local item = conn:recv()
        if item == "end" then break end
        conn:send({item})
    end
    conn:close()
end, args = {child}}
p:start()
parent:send(7)
print(parent:poll(30), parent:poll(), parent:recv()[1]) --> true	true	7
parent:send(nil)
print(#parent:recv()) --> 0
print(parent:poll(0.005)) --> false
parent:send("end")
print(parent:poll(-1), plait.kind(select(2, pcall(parent.recv, parent)))) --> true	closed
print(message(parent.recv, parent)) --> the other end of the pipe was closed
print(plait.kind(select(2, pcall(parent.send, parent, 1)))) --> closed
p:join()

local receiver, sender = multiprocessing.Pipe(false)
sender:send(nil)
sender:send(1)
sender:close()
print(receiver:poll(), receiver:recv(), receiver:recv(), receiver:poll()) --> true	nil	1	true
print(plait.kind(select(2, pcall(receiver.recv, receiver)))) --> closed
print(pcall(receiver.send, receiver, 1)) --> false	send: this end of the pipe only receives
print(pcall(sender.recv, sender)) --> false	recv: this end of the pipe only sends
