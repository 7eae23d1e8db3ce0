-- First in, first out; a full channel makes senders wait, an empty one receivers.
local ch = plait.Channel(2)
local sender = async(function()
    for i = 1, 5 do ch:send(i) end
    return "sent"
end)
plait.yield()
print(#ch, ch.capacity, sender:done()) --> 2	2	false
local got = {}
for i = 1, 5 do got[i] = ch:recv() end
print(table.concat(got, " "), await(sender), #ch) --> 1 2 3 4 5	sent	0
local receiver = async(function() return ch:recv() end)
plait.yield()
ch:send("late")
print(await(receiver)) --> late
