-- While another process sends, tries and counts at home are exact: what it may send is not counted as sent, and room it
-- does not use is room.
local ch, go, done = plait.Channel(16), plait.Channel(), plait.Channel()
local child = spawn_process(function()
    for count in go do
        for i = 1, count do ch:send(i) end
        done:send(count)
    end
end)
for round = 1, 50 do
    local count = round % 17
    go:send(count)
    assert(done:recv() == count)
    assert(#ch == count, #ch)
    local free = 16 - count
    for _ = 1, free do assert(ch:try_send("mine")) end
    assert(not ch:try_send("more") and ch:send("more", 0) == nil and #ch == 16)
    for i = 1, count do assert(ch:try_recv() == i) end
    for _ = 1, free do assert(ch:recv(0) == "mine") end
    assert(select(2, ch:try_recv()) == "empty" and select(2, ch:recv(0)) == "timeout" and #ch == 0)
end

-- The same in the child, which asks about its own sends.
local own = plait.Channel(16)
print(await(spawn_process(function()
    for round = 1, 50 do
        local count = round % 17
        for i = 1, count do own:send(i) end
        assert(#own == count)
        for i = count + 1, 16 do assert(own:try_send(i)) end
        assert(not own:try_send("more") and own:send("more", 0) == nil)
        for i = 1, 16 do assert(own:try_recv() == i) end
        assert(own:try_recv() == nil and select(2, own:recv(0)) == "timeout")
    end
    return #own
end))) --> 0
go:close()
await(child)

-- Items that wait for a receiver in another process are in the channel until it takes them.
local stock, take, took = plait.Channel(40), plait.Channel(), plait.Channel()
local receiver = spawn_process(function()
    for count in take do
        local sum = 0
        for _ = 1, count do sum = sum + stock:recv() end
        took:send(sum)
    end
end)
local next_sent, next_taken = 1, 1
for round = 1, 50 do
    while stock:try_send(next_sent) do next_sent = next_sent + 1 end
    assert(#stock == 40)
    local count = 1 + round % 20
    local sum = 0
    for _ = 1, count do
        sum = sum + next_taken
        next_taken = next_taken + 1
    end
    take:send(count)
    assert(took:recv() == sum)
    assert(#stock == 40 - count, #stock)
    if round % 3 == 0 then
        assert(stock:try_recv() == next_taken)
        next_taken = next_taken + 1
    end
end
take:close()
await(receiver)
print(stock:recv() == next_taken, #stock) --> true	28
