-- Closing a channel that other processes send to loses nothing that was accepted, and what was not is an error there.
local function run(capacity, close_in_child)
    local ch, sent = plait.Channel(capacity), plait.Array("i64", 3)
    local senders = {}
    for id = 1, 2 do
        senders[id] = spawn_process(function()
            for i = 1, math.maxinteger do
                local ok, err = pcall(ch.send, ch, id << 40 | i)
                if not ok then return i - 1, plait.kind(err), ch:closed() end
                sent[id] = i
            end
        end)
    end
    local got = { 0, 0 }
    local reader = async(function()
        for v in ch do
            local id, i = v >> 40, v & ((1 << 40) - 1)
            assert(i == got[id] + 1, i)
            got[id] = i
            sent[3] = sent[3] + 1
        end
        return select(2, ch:recv())
    end)
    while sent[3] < 100 do plait.yield() end
    if close_in_child then await(spawn_process(function() ch:close() end)) else ch:close() end
    assert(ch:closed() and plait.kind(select(2, pcall(ch.send, ch, 1))) == "closed")
    assert(await(reader) == "closed")
    for id = 1, 2 do
        local accepted, kind, closed = await(senders[id])
        assert(accepted == got[id], accepted .. " accepted, " .. got[id] .. " received")
        assert(kind == "closed" and closed)
    end
    assert(#ch == 0 and select(2, ch:try_recv()) == "closed" and select(2, ch:recv(0)) == "closed")
end
for _, capacity in ipairs { 0, 1, 4, 64, 1000, math.huge } do
    run(capacity, false)
    run(capacity, true)
end
print "nothing lost" --> nothing lost

-- Receivers in other processes get all that is left, and then hear of the close.
local ch = plait.Channel(500)
local receivers = {}
for i = 1, 3 do
    receivers[i] = spawn_process(function()
        local n, last, why = 0, 0
        while true do
            local v
            v, why = ch:recv()
            if not v then break end
            assert(v > last)
            n, last = n + 1, v
        end
        return n, why
    end)
end
for i = 1, 5000 do ch:send(i) end
ch:close()
local total = 0
for _, r in ipairs(receivers) do
    local n, why = await(r)
    assert(why == "closed")
    total = total + n
end
print(total) --> 5000
