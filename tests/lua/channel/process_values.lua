-- Streams of values of all kinds between processes arrive whole and in order, in both directions.
local function make(i, back)
    local kind = i % 7
    if kind == 0 then return i end
    if kind == 1 then return i + 0.5 end
    if kind == 2 then return ("s"):rep(i % 700) .. i end
    if kind == 3 then return { i, { tostring(i) }, self = true } end
    if kind == 4 then return i % 2 == 0 end
    if kind == 5 then return back end
    return ("long"):rep(i % 5 * 1000) .. i
end
local function check(i, v, back)
    local kind = i % 7
    if kind == 3 then return v[1] == i and v[2][1] == tostring(i) and v.self end
    return v == make(i, back)
end
local count = 3000
for _, capacity in ipairs { 5, 64, math.huge } do
    local ch, back = plait.Channel(capacity), plait.Channel(math.huge)
    local sender = spawn_process(function()
        for i = 1, count do
            ch:send(make(i, back))
            if i % 500 == 0 then back:send(i) end
        end
        return "sent"
    end)
    for i = 1, count do
        local v = ch:recv()
        assert(check(i, v, back), i)
        if i % 500 == 0 then assert(back:recv() == i) end
    end
    assert(await(sender) == "sent")
    local receiver = spawn_process(function()
        for i = 1, count do assert(check(i, ch:recv(), back), i) end
        return "received"
    end)
    for i = 1, count do ch:send(make(i, back)) end
    assert(await(receiver) == "received")
    assert(#ch == 0)
end
print "all" --> all

-- What cannot be sent is refused, and what was sent before and is sent after arrives.
local ch = plait.Channel(64)
local child = spawn_process(function()
    local errors = 0
    for i = 1, 300 do
        ch:send(i)
        if i % 50 == 0 then
            local ok, err = pcall(ch.send, ch, coroutine.create(print))
            errors = errors + (ok and 0 or 1)
            ok, err = pcall(ch.send, ch, nil)
            errors = errors + (plait.kind(err) == "usage" and 1 or 0)
        end
    end
    return errors
end)
for i = 1, 300 do assert(ch:recv() == i) end
print(await(child)) --> 12
