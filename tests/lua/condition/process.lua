-- Condition and lock in different processes: each of them, and who waits, in a process of its own.
local made = plait.Channel()
local done = plait.Channel()
local function home(make)
    return spawn_process(function() made:send(make()) done:recv() end)
end
local lock_home = home(function() return plait.RLock() end)
local lock = made:recv()
local condition_home = home(function() return plait.Condition(lock) end)
local cond = made:recv()

local function wait(ready, timeout)
    lock:acquire()
    ready:send(1)
    local ok, why = cond:wait(timeout)
    local held = lock:locked()
    cond:release()
    return ok, why, held
end
local function check(start)
    local ready = plait.Channel(1)
    print(await(start(wait, ready, 0.01)))
    ready:recv()
    local first, second = start(wait, ready), start(wait, ready)
    ready:recv()
    ready:recv()
    cond:with(function() cond:notify() cond:notify() end)
    print(await(first))
    print(await(second))
    local waiting = start(function()
        local task = async(wait, ready)
        plait.yield()
        return plait.kind(select(2, pcall(await, task, 30)))
    end)
    print(plait.kind(select(2, pcall(cond.wait, cond))), plait.kind(select(2, pcall(cond.notify, cond))))
    ready:recv()
    cond:with(cond.notify_all, cond)
    await(waiting)
end
for _, start in ipairs{async, spawn_thread, spawn_process} do check(start) end
--> nil	timeout	true
--> true	nil	true
--> true	nil	true
--> usage	usage
--> nil	timeout	true
--> true	nil	true
--> true	nil	true
--> usage	usage
--> nil	timeout	true
--> true	nil	true
--> true	nil	true
--> usage	usage

-- A condition here with a lock there, and the reverse.
local mine = plait.Condition(lock)
local ready = plait.Channel(1)
local waiting = spawn_process(function()
    mine:acquire()
    ready:send(1)
    local ok = mine:wait(30)
    mine:release()
    return ok
end)
ready:recv()
mine:with(function() mine:notify() end)
print(await(waiting)) --> true
print(mine:with(function() return mine:wait(0.01) end)) --> nil	timeout

local my_lock = plait.Lock()
local theirs_home = spawn_process(function()
    made:send(plait.Condition(my_lock))
    done:recv()
end)
local theirs = made:recv()
waiting = spawn_thread(function()
    my_lock:acquire()
    ready:send(1)
    local ok = theirs:wait(30)
    my_lock:release()
    return ok
end)
ready:recv()
my_lock:with(function() theirs:notify() end)
print(await(waiting)) --> true
print(theirs:with(function() return theirs:wait(0.01), my_lock:locked() end)) --> nil	true

-- The home of the condition ends: the lock is acquired again before that is told.
waiting = async(function()
    my_lock:acquire()
    ready:send(1)
    local ok, err = pcall(theirs.wait, theirs)
    return plait.kind(err), my_lock:locked(), pcall(my_lock.release, my_lock)
end)
ready:recv()
theirs_home:kill()
print(await(waiting)) --> died	true	true
print(plait.kind(select(2, pcall(await, theirs_home)))) --> died

-- The home of the lock ends.
waiting = async(function()
    lock:acquire()
    ready:send(1)
    return plait.kind(select(2, pcall(mine.wait, mine)))
end)
ready:recv()
lock_home:kill()
print(plait.kind(select(2, pcall(await, lock_home)))) --> died
print(plait.kind(select(2, pcall(mine.notify, mine)))) --> died
waiting:cancel()
print(await(waiting)) --> died
done:send(1)
await(condition_home)
