-- Each channel has its own capacity, the same methods and no other fields.
local a, b, none = plait.Channel(1), plait.Channel(2), plait.Channel()
print(a.capacity, b.capacity, plait.Channel(math.huge).capacity, none.capacity) --> 1	2	inf	0
print(a.send == b.send, a.recv == none.recv, a.size, b[1], none[true]) --> true	true	nil	nil	nil
print(pcall(function() a.capacity = 5 end)) --> false	capacity_of_each.lua:5: attempt to index a plait.Channel value (upvalue 'a')

-- What is kept for a capacity goes when the last channel of it has gone.
local function made()
    collectgarbage()
    collectgarbage()
    local before = collectgarbage("count")
    for capacity = 1, 5000 do assert(plait.Channel(capacity).capacity == capacity) end
    collectgarbage()
    collectgarbage()
    return collectgarbage("count") - before
end
made()
print(made() < 100) --> true
print(a.capacity, b.capacity) --> 1	2

-- In another thread it is the same.
print(await(spawn_thread(function() return a.capacity, b.capacity, none.capacity, a.size end))) --> 1	2	0	nil
