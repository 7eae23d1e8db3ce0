-- Several channels have lent, at home and in other processes: a select that does
-- not wait finds what is in all of them, and ends when none has anything.
local function fill(count)
    local ch = plait.Channel(40)
    for i = 1, count do ch:send(i) end
    return ch
end

-- Receives from each of them, and then does nothing until `go`.
local function borrow(list, ready, go)
    for _, ch in ipairs(list) do
        for i = 1, 11 do assert(ch:recv() == i) end
    end
    ready:send(true)
    go:wait()
end

-- `done`: what was received from each of the first so far.
local function receive_all(list, option)
    local done = {}
    for i = 1, #list do done[i] = 11 end
    for _ = 1, #list * 29 do
        local cases = { [option] = option == "default" or 0 }
        for i, ch in ipairs(list) do cases[i] = ch end
        local i, v = plait.select(cases)
        assert(i and v == done[i] + 1, v)
        done[i] = v
    end
    local cases = { [option] = option == "default" or 0 }
    for i, ch in ipairs(list) do cases[i] = ch end
    print(plait.select(cases))
end

local function with_borrowers(list, run)
    local ready, go = plait.Channel(2), plait.Event()
    local child = spawn_process(borrow, list, ready, go)
    ready:recv()
    run()
    go:set()
    await(child)
end

for _, option in ipairs{ "default", "timeout" } do
    -- Two channels of this process; and three, from a third process.
    local two = { fill(40), fill(40) }
    with_borrowers(two, function() receive_all(two, option) end)
    local three = { fill(40), fill(40), fill(40) }
    with_borrowers(three, function() await(spawn_process(receive_all, three, option)) end)

    -- One here and one there, both lent; selected here, there and elsewhere.
    local far, go = plait.Channel(1), plait.Event()
    local home = spawn_process(function()
        far:send{ fill(40), fill(40), fill(40) }
        go:wait()
    end)
    local theirs = far:recv()
    for i, run in ipairs{ function(f, ...) f(...) end, function(...) await(spawn_process(...)) end } do
        local both = { fill(40), theirs[i] }
        with_borrowers(both, function() run(receive_all, both, option) end)
    end
    go:set()
    await(home)
end
--> nil	default
--> nil	default
--> nil	default
--> nil	default
--> nil	timeout
--> nil	timeout
--> nil	timeout
--> nil	timeout
