-- What a process has sent when it ends is there, however it ends by itself.
local function last_of(f)
    local ch = plait.Channel(200)
    local child = spawn_process(f, ch)
    local ok, err = pcall(await, child)
    local got = 0
    for _ = 1, #ch do
        assert(ch:recv() == got + 1)
        got = got + 1
    end
    assert(ch:try_send(1))
    return got, ok, plait.kind(err)
end
local function send(ch, n) for i = 1, n do ch:send(i) end end
_ = send
print(last_of(function(ch) for i = 1, 150 do ch:send(i) end end)) --> 150	true	nil
print(last_of(function(ch) for i = 1, 150 do ch:send(i) end os.exit(0) end)) --> 150	false	died
print(last_of(function(ch) for i = 1, 150 do ch:send(i) end os.exit(3, true) end)) --> 150	false	died
print(last_of(function(ch) for i = 1, 150 do ch:send(i) end error("after that", 0) end)) --> 150	false	nil
print(last_of(function(ch)
    for i = 1, 100 do ch:send(i) end
    await(spawn_thread(function() for i = 101, 150 do ch:send(i) end end))
end)) --> 150	true	nil
print(last_of(function(ch)
    await(spawn_thread(function() for i = 1, 150 do ch:send(i) end os.exit(0) end))
end)) --> 150	false	died

-- Code that computes on does not keep back what it has sent.
local ch, stop = plait.Channel(64), plait.Array("i64", 1)
local busy = spawn_process(function()
    for i = 1, 20 do ch:send(i) end
    while stop[1] == 0 do end
end)
for i = 1, 20 do assert(ch:recv() == i) end
stop[1] = 1
await(busy)
print "all" --> all
