-- A sender in another process gets as far as there is room, and no farther.
local function until_is(value, wanted)
    local limit = plait.now() + 20
    while value.value ~= wanted do
        assert(plait.now() < limit, value.value)
        plait.yield()
    end
end
for _, capacity in ipairs { 1, 3, 4, 10, 64, 300 } do
    local ch, sent = plait.Channel(capacity), plait.Value(0)
    local child = spawn_process(function()
        for i = 1, capacity * 3 do
            ch:send(i)
            sent.value = i
        end
    end)
    for taken = 0, capacity do
        until_is(sent, capacity + taken)
        for _ = 1, 20 do plait.yield() end
        assert(sent.value == capacity + taken and #ch == capacity)
        assert(ch:recv() == taken + 1)
    end
    -- A burst in which nothing else is sent in between.
    for i = capacity + 2, capacity * 3 do assert(ch:recv() == i) end
    await(child)
    assert(#ch == 0 and select(2, ch:try_recv()) == "empty")
end
print "exact" --> exact
