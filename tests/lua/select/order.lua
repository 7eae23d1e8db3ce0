-- What one strand sends comes in its order, whether it sends by send or by
-- select, and however it is received; between processes too, where a channel may
-- lend places and values.
local ch, told, go = plait.Channel(100), plait.Channel(1), plait.Channel()
local function send(count)
    local own = plait.Channel()
    for i = 1, count do
        if i % 3 == 0 then ch:send(i) end
        if i % 3 == 1 then plait.select{ ch:sending(i) } end
        if i % 3 == 2 then plait.select{ own, ch:sending(i), own } end
    end
end
local function receive(count)
    local own = plait.Channel()
    for i = 1, count do
        local _, v
        if i % 4 == 0 then v = ch:recv() end
        if i % 4 == 1 then _, v = plait.select{ ch, own } end
        if i % 4 == 2 then _, v = plait.select{ ch, ch } end
        while i % 4 == 3 and v == nil do
            local n, got = plait.select{ ch, default = true }
            if n then v = got else plait.yield() end
        end
        assert(v == i, v)
    end
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local sender = start(send, 60)
    receive(60)
    await(sender)
    local receiver = start(receive, 60)
    send(60)
    await(receiver)
    -- A receiver that leaves in the middle takes no more than it says.
    for i = 1, 50 do ch:send(i) end
    receiver = start(function()
        for _ = 1, 10 do ch:recv() end
        told:send(ch:recv())
        go:recv()
    end)
    local last = told:recv()
    while #ch > 0 do
        local _, v = plait.select{ ch, timeout = 30 }
        assert(v == last + 1, v)
        last = v
    end
    print(last) --> 50
    --> 50
    --> 50
    go:send(true)
    await(receiver)
end
