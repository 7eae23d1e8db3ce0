-- kill.lua - what others see when a process is killed that uses an object.
--
-- One table of objects, and a few scenes that are played with each: the victim
-- holds the object, waits for it, gets it at that very moment, or made it. The
-- victim is a child, a child of a child, or a child whose parent is killed.
-- Survivors, a task of ours and another process, have to go on, each wait ends
-- once, and nothing is lost or made twice.
--
-- PLAIT_STRESS=1 plays each scene many times; it is run alone, so that survivors
-- have to go on within a second then. Otherwise they may not hang.

local kill = {}

local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
local is_full = os.getenv("PLAIT_STRESS")
local LIMIT = is_full and not is_slow and 1 or 20
local ROUNDS = is_full and 100 or is_slow and 1 or 3

-- ---- The objects ----
--
--   make()     the object; of it, everything below
--   take(o)    makes wait(o) wait; whoever does it holds the object
--   give(o)    undoes that, or ends one wait
--   gives      how often, for two who wait and the object as it was; 1
--   give_more(o)  tries to end the wait of somebody who waits still, as another
--              one got what was given; whether it did. What is given in vain,
--              since it was on its way, `take_back(o)` makes undone
--   wait(o)    waits, and gives back what it got
--   served     what wait returns then (default: true)
--   orphaned   what it returns when the holder is killed
--   mend(o)    makes the object fit for use after that
--   check(o)   whether it is as at the beginning
--   touch(o)   something that asks its home

local function nothing() end

local objects = {
    Lock = {
        make = plait.Lock,
        take = function(lock) lock:acquire() end,
        give = function(lock) lock:release() end,
        wait = function(lock)
            lock:acquire()
            lock:release()
            return true
        end,
        orphaned = "error abandoned",
        mend = function(lock) lock:recover() end,
        check = function(lock) return not lock:locked() end,
    },
    RLock = {
        make = plait.RLock,
        take = function(lock) lock:acquire():acquire() end,
        give = function(lock)
            lock:release()
            lock:release()
        end,
        wait = function(lock)
            return lock:with(lock.with, lock, function() return lock:locked() end)
        end,
        orphaned = "error abandoned",
        mend = function(lock) lock:recover() end,
        check = function(lock) return not lock:locked() end,
    },
    Condition = { -- counts tokens under its lock
        make = function()
            return { cond = plait.Condition(), tokens = plait.Value(0) }
        end,
        take = function(o)
            o.cond:acquire()
            o.is_held = true
        end,
        give = function(o)
            if not pcall(o.cond.acquire, o.cond) then o.cond:recover():acquire() end
            o.tokens:add(1)
            o.cond:notify()
            o.cond:release()
            if o.is_held then o.cond:release() end
            o.is_held = nil
        end,
        gives = 2,
        give_more = function(o)
            if o.tokens:get() > 0 then return false end
            if not pcall(o.cond.acquire, o.cond) then o.cond:recover():acquire() end
            o.tokens:add(1)
            o.cond:notify()
            o.cond:release()
            return true
        end,
        take_back = function(o) o.tokens:set(0) end,
        wait = function(o)
            local _ <close> = o.cond:acquire()
            o.cond:wait_for(function() return o.tokens:get() > 0 end)
            return o.tokens:add(-1) >= 0
        end,
        orphaned = "error abandoned",
        mend = function(o)
            o.cond:recover()
            o.tokens:set(0)
        end,
        check = function(o) return not o.cond:locked() and o.tokens:get() == 0 end,
        touch = function(o) return o.cond:locked() end,
    },
    Semaphore = {
        make = function() return plait.Semaphore(3, { bounded = true }) end,
        take = function(sem) for _ = 1, 3 do sem:acquire() end end,
        give = function(sem) sem:release(3) end,
        wait = function(sem)
            local _ <close> = sem:acquire()
            return true
        end,
        orphaned = "true", -- its permits come back
        check = function(sem) return sem:free() == 3 end,
    },
    Event = {
        make = plait.Event,
        take = function(event) event:clear() end,
        give = function(event) event:set() end,
        wait = function(event) return event:wait() end,
        check = function(event)
            event:clear()
            return not event:is_set()
        end,
    },
    Future = {
        make = plait.Future,
        take = nothing,
        give = function(future) future:resolve(true) end,
        wait = function(future) return await(future) end,
        check = function(future) return future:done() end,
    },
    receive = {
        make = plait.Channel,
        take = nothing,
        give = function(ch, n) ch:send(n, 30) end,
        gives = 2,
        give_more = function(ch) return ch:try_send(3) end,
        wait = function(ch) return math.type(ch:recv()) end,
        served = "integer",
        check = function(ch)
            return #ch == 0 and not ch:try_send("nobody wants it")
        end,
    },
    receive_queued = {
        make = function() return plait.Channel(8) end,
        take = nothing,
        give = function(ch, n) ch:send(n, 30) end,
        gives = 2,
        give_more = function(ch) return #ch == 0 and ch:try_send(3) end,
        take_back = function(ch) ch:try_recv() end,
        wait = function(ch) return math.type(ch:recv()) end,
        served = "integer",
        check = function(ch) return #ch == 0 and ch:try_send(1) and ch:recv() == 1 end,
    },
    send = {
        make = plait.Channel,
        take = nothing,
        give = function(ch) ch:recv(30) end,
        gives = 2,
        give_more = function(ch) return ch:try_recv() ~= nil end,
        wait = function(ch) return ch:send("x") end,
        check = function(ch) return select(2, ch:try_recv()) == "empty" end,
    },
    send_full = {
        make = function() return plait.Channel(1) end,
        take = function(ch) ch:send("full") end,
        give = function(ch) ch:recv(30) end,
        gives = 2,
        give_more = function(ch) -- the place of what it takes has somebody who waits
            local item = ch:try_recv()
            return item ~= nil and not ch:try_send(item)
        end,
        wait = function(ch) return ch:send({ ("x"):rep(5000) }) end,
        check = function(ch)
            return ch:recv()[1]:find("^x+$") and select(2, ch:try_recv()) == "empty"
        end,
    },
    update = {
        make = function() return plait.Value(0) end,
        touch = function(value) return value:get() end,
        take = function(value) value:update(function() sleep(600) end) end,
        is_endless = true, -- it never returns, and holds nothing
        wait = function(value) return value:update(function(n) return n + 1 end) > 0 end,
        orphaned = "true",
    },
    table_update = {
        make = function() return plait.Table{ list = { 0 } } end,
        touch = function(t) return #t end,
        take = function(t) plait.update(t.list, 1, function() sleep(600) end) end,
        is_endless = true,
        wait = function(t)
            t.last = { "set" }
            return plait.update(t.list, 1, function(n) return n + 1 end) > 0 and t.last[1] == "set"
        end,
        orphaned = "true",
    },
}

for _, object in pairs(objects) do
    object.served = object.served or "true"
    object.gives = object.gives or 1
    object.mend = object.mend or nothing
    object.take_back = object.take_back or nothing
    object.check = object.check or function() return true end
    object.touch = object.touch or object.wait
end

kill.objects = objects

-- ---- The victims ----

local victims = {}
local names = { "child", "grandchild", "family" }

function victims.child(...)
    local child = spawn_process(...)
    return { kill = function() child:kill() end,
        wait = function() pcall(await, child) end }
end

local function parent(pids, ...)
    local child = spawn_process(...)
    pids:send(child.pid)
    pcall(await, child)
end

-- Whether there is such a process, and it does not only wait to be reaped.
local function is_alive(pid)
    local file <close> = io.open("/proc/" .. pid .. "/stat")
    local text = file and file:read("a") -- nil: it is gone since
    local state = text and text:match("%) (%a)")
    return state ~= nil and state ~= "Z" and state ~= "X"
end

function victims.grandchild(...)
    local pids = plait.Channel(1)
    local middle = spawn_process(parent, pids, ...)
    local pid = pids:recv()
    return { kill = function() os.execute("kill -9 " .. pid .. " 2>/dev/null") end,
        wait = function() await(middle) end }
end

function victims.family(...)
    local pids = plait.Channel(1)
    local middle = spawn_process(parent, pids, ...)
    local pid = pids:recv()
    return { kill = function() middle:kill() end,
        wait = function()
            pcall(await, middle)
            while is_alive(pid) do sleep(0.002) end
        end }
end

kill.victims, kill.names = victims, names

-- ---- The survivors ----

local function outcome(ok, ...)
    if ok then return tostring((...)) end
    return "error " .. (plait.kind(...) or tostring((...)))
end

local function wait_for(object, wait, ready)
    ready:send(true)
    return outcome(pcall(wait, object))
end

-- Two strands that are about to wait.
local function start_survivors(object, wait)
    local ready = plait.Channel(math.huge)
    local survivors = { spawn_process(wait_for, object, wait, ready) }
    ready:recv()
    survivors[2] = async(wait_for, object, wait, ready)
    ready:recv()
    plait.yield()
    return survivors
end

-- Waits a moment that is sometimes none at all.
local function pass_time()
    if math.random(3) > 1 then sleep(math.random() * 0.003) end
end

local function fail(...) error(string.format(...), 0) end

-- Each gets one of the outcomes, in time.
local function check_survivors(survivors, limit, ...)
    local wanted = table.concat({ ... }, " or ")
    for i, survivor in ipairs(survivors) do
        local got, why = await(survivor, limit)
        if got == nil then fail("survivor %d: %s, not %s", i, why, wanted) end
        local is_right = false
        for _, one in ipairs{ ... } do is_right = is_right or got == one end
        if not is_right then fail("survivor %d: %s, not %s", i, got, wanted) end
    end
end

-- The object is as good as new: for us, and for others.
local function check_object(case, object)
    if not case.check(object) then fail("it is not as it was") end
    if case.is_endless then return end
    case.take(object)
    local survivors = start_survivors(object, case.wait)
    for i = 1, case.gives do case.give(object, i) end
    check_survivors(survivors, LIMIT, case.served)
    if not case.check(object) then fail("afterwards it is not as it was") end
end

-- ---- The scenes ----

local scenes = {}

local function hold(object, take, ready)
    if ready then ready:send(true) end
    take(object)
    if ready then ready:send(true) end
    sleep(600)
end

-- The victim holds the object while others wait for it.
function scenes.holder(case, victim_name)
    if not case.orphaned then return end
    local object, ready = case.make(), plait.Channel(math.huge)
    local victim = victims[victim_name](hold, object, case.take, ready)
    ready:recv()
    if not case.is_endless then ready:recv() end
    local survivors = start_survivors(object, case.wait)
    pass_time()
    victim.kill()
    check_survivors(survivors, LIMIT, case.orphaned)
    victim.wait()
    case.mend(object)
    check_object(case, object)
end

-- The victim waits, and dies; then it is the turn of others.
function scenes.waiter(case, victim_name)
    if case.is_endless then return end
    local object, ready = case.make(), plait.Channel(math.huge)
    case.take(object)
    local victim = victims[victim_name](wait_for, object, case.wait, ready)
    ready:recv()
    local survivors = start_survivors(object, case.wait)
    pass_time()
    victim.kill()
    victim.wait()
    for i = 1, case.gives do case.give(object, i) end
    check_survivors(survivors, LIMIT, case.served)
    case.mend(object)
    check_object(case, object)
end

-- As long as somebody waits; who has been served may be slow to tell. Returns
-- whether it was given.
local function give_more(case, object, survivors)
    local ends = plait.now() + LIMIT
    while plait.now() < ends do
        if survivors[1]:done() and survivors[2]:done() then return false end
        if case.give_more(object) then return true end
        sleep(0.001)
    end
end

-- The victim gets what it waits for while it dies: it has got it, which is as
-- if it held it, or others have.
function scenes.granted(case, victim_name)
    if case.is_endless then return end
    local object, ready = case.make(), plait.Channel(math.huge)
    case.take(object)
    local victim = victims[victim_name](wait_for, object, case.wait, ready)
    ready:recv()
    local survivors = start_survivors(object, case.wait)
    pass_time()
    if math.random(2) == 1 then
        case.give(object, 1)
        if math.random(2) == 1 then pass_time() end
        victim.kill()
    else
        victim.kill()
        case.give(object, 1)
    end
    victim.wait()
    for i = 2, case.gives do case.give(object, i) end
    -- What the victim got and could not use any more is given once more.
    local has_more = case.gives > 1 and give_more(case, object, survivors)
    check_survivors(survivors, LIMIT, case.served, case.orphaned)
    if has_more then case.take_back(object) end
    case.mend(object)
    check_object(case, object)
end

local function make_and_send(make, to)
    to:send(make())
    sleep(600)
end

local function wait_in_thread(...) return await(spawn_thread(...)) end

-- The object goes with the process that made it.
function scenes.home(case, victim_name)
    local to = plait.Channel(1)
    local victim = victims[victim_name](make_and_send, case.make, to)
    local object = to:recv()
    local survivors = {}
    if not case.is_endless then
        local ready = plait.Channel(math.huge)
        case.take(object)
        survivors = start_survivors(object, case.wait)
        survivors[3] = async(wait_in_thread, wait_for, object, case.wait, ready)
        ready:recv()
    end
    pass_time()
    victim.kill()
    check_survivors(survivors, LIMIT, "error died")
    if case.is_endless then victim.wait() end
    local told = outcome(pcall(case.touch, object))
    if told ~= "error died" then fail("later: %s", told) end
    victim.wait()
end

-- Plays the scene with all objects and victims, and prints what went wrong.
function kill.run(scene)
    local seed = tonumber(os.getenv("PLAIT_SEED")) or os.time()
    math.randomseed(seed)
    local plays, wrong = 0, 0
    for name, case in pairs(objects) do
        for _, victim_name in ipairs(names) do
            for _ = 1, ROUNDS do
                local ok, why = pcall(scenes[scene], case, victim_name)
                plays = plays + 1
                if not ok then
                    wrong = wrong + 1
                    print(("%s, %s, victim %s: %s"):format(name, scene,
                        victim_name, why))
                end
                if wrong > 5 then os.exit(1) end
            end
        end
    end
    if wrong == 0 then print("all went on") end
end

return kill
