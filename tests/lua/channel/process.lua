-- In another process a channel has the same results.
local ch, back = plait.Channel(2), plait.Channel(1)
print(await(spawn_process(function()
    ch:send("one")
    return #ch, ch.capacity, ch:closed(), ch:try_send("two"), ch:try_send("three")
end))) --> 1	2	false	true	false
print(await(spawn_process(function()
    local late, why = ch:send("late", 0.01)
    return late, why, ch:recv(), ch:try_recv()
end))) --> nil	timeout	one	two
print(await(spawn_process(function()
    local empty = select(2, ch:try_recv())
    local timeout = select(2, ch:recv(0.01))
    ch:close()
    return empty, timeout, select(2, ch:recv()), plait.kind(select(2, pcall(ch.send, ch, 1))), plait.Channel(math.huge).capacity
end))) --> empty	timeout	closed	closed	inf
print(ch:closed()) --> true

-- An answer channel inside a message, and a channel that lives in the child.
local requests = plait.Channel()
local server = spawn_process(function()
    for request in requests do request.answer:send(request.n * 2) end
    return "served"
end)
for n = 1, 3 do
    requests:send({n = n, answer = back})
    io.write(back:recv(), " ")
end
requests:close()
print(await(server)) --> 2 4 6 served
local theirs = plait.Channel(1)
local child = spawn_process(function()
    local mine = plait.Channel(1)
    theirs:send(mine)
    return mine:recv()
end)
theirs:recv():send("from the parent")
print(await(child)) --> from the parent
