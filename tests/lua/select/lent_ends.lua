-- What ends a select that waits for what is lent: the holder dies, or the select
-- is cancelled. The holder is stopped, so that it cannot answer.
local preset = os.getenv("PLAIT_PRESET")
local limit = (preset == "asan" or preset == "tsan") and 15 or 1

local function start()
    local ch, ready = plait.Channel(80), plait.Channel(1)
    for i = 1, 80 do ch:send(i) end
    local holder = spawn_process(function()
        -- Two that follow each other at once: so it is lent the rest, however slow the machine is.
        gather(async(function() ch:recv() end), async(function() ch:recv() end))
        for _ = 3, 11 do ch:recv() end
        ready:send(true)
        plait.Event():wait()
    end)
    ready:recv()
    os.execute("kill -STOP " .. holder.pid)
    return ch, holder
end

local function kill(holder)
    holder:kill()
    assert(plait.kind(select(2, pcall(await, holder))) == "died")
end

local function try(ch, option) return plait.select{ plait.Channel(), ch, [option] = option == "default" or 0 } end

-- Says whether it waits: what was asked for later has been answered by then.
local function try_and_tell(ch, option, answered, waits)
    local s <close> = plait.scope()
    local task = s:async(try, ch, option)
    plait.yield()
    answered:recv()
    waits:send(not task:done())
    return await(task)
end

-- A select that waits. Where the holder was interrupted between these two it was lent nothing, and a select need not wait.
local function start_try(run, option)
    for _ = 1, 100 do
        local ch, holder = start()
        local answered, waits = plait.Channel(1), plait.Channel(1)
        answered:send(true)
        local task = run(try_and_tell, ch, option, answered, waits)
        if waits:recv() then return ch, holder, task end
        local case, v = await(task)
        assert(case == 2 and v == 12, v)
        kill(holder)
    end
    error("nothing was lent")
end

for _, option in ipairs{ "default", "timeout" } do
    for _, run in ipairs{ async, spawn_process } do
        local _, holder, task = start_try(run, option)
        local killed = plait.now()
        kill(holder)
        print(await(task))
        assert(plait.now() - killed < limit)

        local ch
        ch, holder, task = start_try(run, option)
        task:cancel()
        print(plait.kind(select(2, pcall(await, task))))
        kill(holder)
        for i = 12, 80 do assert(ch:recv() == i) end -- it has taken nothing
    end
end
--> 2	12
--> cancelled
--> 2	12
--> cancelled
--> 2	12
--> cancelled
--> 2	12
--> cancelled
