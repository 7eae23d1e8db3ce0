-- The capacity: 0 is a rendezvous, math.huge is unbounded.
local rendezvous = plait.Channel()
print(rendezvous.capacity, rendezvous:try_send(1)) --> 0	false
local task = async(function() rendezvous:send("hand") return "over" end)
plait.yield()
print(task:done(), #rendezvous, rendezvous:recv(), await(task)) --> false	0	hand	over
local unbounded = plait.Channel(math.huge)
for i = 1, 10000 do unbounded:send(i) end
print(unbounded.capacity, #unbounded) --> inf	10000
print(plait.Channel(2.0).capacity) --> 2
for _, bad in ipairs{-1, 1.5, "3", {}, 0/0, -math.huge} do
    local ok, err = pcall(plait.Channel, bad)
    assert(not ok and plait.kind(err) == "usage")
end
print(select(2, pcall(function() plait.Channel(-1) end))) --> capacity.lua:15: Channel: the capacity is -1, not a whole number from 0 on, or math.huge
