-- A select that does not wait finds what is lent to another process that does
-- not use it: places, and items.
local function hold(ch, count, ready, go)
    -- Two that follow each other at once: so it is lent the rest, however slow the machine is.
    gather(async(function() ch:recv() end), async(function() ch:recv() end))
    for _ = 3, count do ch:recv() end
    ready:send(true)
    go:wait()
end

-- Takes the first 11 of 80 items, and then does nothing.
local function lend_items()
    local ch, ready, go = plait.Channel(80), plait.Channel(1), plait.Event()
    for i = 1, 80 do ch:send(i) end
    local child = spawn_process(hold, ch, 11, ready, go)
    ready:recv()
    return ch, function()
        go:set()
        await(child)
    end
end

-- Sends 10, and then does nothing.
local function lend_places(capacity)
    local ch, ready, go = plait.Channel(capacity), plait.Channel(1), plait.Event()
    local child = spawn_process(function()
        for i = 1, 10 do ch:send(i) end
        ready:send(true)
        go:wait()
    end)
    ready:recv()
    return ch, function()
        go:set()
        await(child)
    end
end

local function receive_rest(ch, option)
    for i = 12, 80 do
        local case, v = plait.select{ plait.Channel(), ch, [option] = option == "default" or 0 }
        assert(case == 2 and v == i, v)
    end
    print(plait.select{ plait.Channel(), ch, [option] = option == "default" or 0 })
end

local function send_rest(ch, option)
    for i = 11, 110 do
        assert(plait.select{ ch:sending(i), plait.Channel(), [option] = option == "default" or 0 } == 1, i)
    end
    print(plait.select{ ch:sending(111), plait.Channel(), [option] = option == "default" or 0 })
    for i = 1, 110 do assert(ch:recv() == i) end
end

-- At home, on the main strand and in a task.
for _, option in ipairs{ "default", "timeout" } do
    for _, run in ipairs{ pcall, function(...) return await(async(pcall, ...)) end } do
        local ch, go_home = lend_items()
        print(run(receive_rest, ch, option))
        go_home()
        ch, go_home = lend_places(110)
        print(run(send_rest, ch, option))
        go_home()
    end
end
--> nil	default
--> true
--> nil	default
--> true
--> nil	default
--> true
--> nil	default
--> true
--> nil	timeout
--> true
--> nil	timeout
--> true
--> nil	timeout
--> true
--> nil	timeout
--> true

-- The same in a process that has neither the channel nor what it lends.
for _, option in ipairs{ "default", "timeout" } do
    local ch, go_home = lend_items()
    await(spawn_process(receive_rest, ch, option))
    go_home()
    ch, go_home = lend_places(110)
    await(spawn_process(send_rest, ch, option))
    go_home()
end
--> nil	default
--> nil	default
--> nil	timeout
--> nil	timeout

-- In the process that has what is lent.
local ch = plait.Channel(80)
for i = 1, 80 do ch:send(i) end
await(spawn_process(function()
    for _ = 1, 11 do ch:recv() end
    receive_rest(ch, "default")
end)) --> nil	default
for i = 1, 80 do ch:send(i) end
await(spawn_process(function()
    for _ = 1, 11 do ch:recv() end
    local far = plait.Channel(1)
    for i = 12, 80 do
        local case, v = plait.select{ far, ch, timeout = 0 } -- one is here, one there
        assert(case == 2 and v == i, v)
    end
    print(plait.select{ far, ch, timeout = 0 }) --> nil	timeout
end))

-- Where it cannot wait, what is lent is not there. Where the child was interrupted between its first two it was lent nothing.
local function try_in_gsub(ch)
    return (("a"):gsub("a", function() return (select(2, plait.select{ ch, default = true })) end))
end
for n = 1, 100 do
    local lent, go_home = lend_items()
    local found = await(async(try_in_gsub, lent))
    local is_lent = found == "default"
    if is_lent then print(found, plait.select{ lent, default = true }) end --> default	1	12
    go_home()
    if is_lent then break end
    assert(found == "12" and n < 100, found)
end
