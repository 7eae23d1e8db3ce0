-- A process that is killed while it waits, or when it was notified and does not have the lock yet: the next is notified.
local cond = plait.Condition()
local ready = plait.Channel(math.huge)
local function wait(c)
    c:acquire()
    ready:send(1)
    local ok = c:wait()
    c:release()
    return ok
end
local function die(child)
    child:kill()
    return plait.kind(select(2, pcall(await, child)))
end

local function play(start, c)
    local victim = spawn_process(wait, c)
    ready:recv()
    c:with(function() end) -- it waits
    local survivor = start(wait, c)
    ready:recv()
    c:acquire()
    print(die(victim))
    c:notify()
    c:release()
    print(await(survivor, 30))

    victim = spawn_process(wait, c)
    ready:recv()
    c:with(function() end)
    survivor = start(wait, c)
    ready:recv()
    c:acquire()
    c:notify() -- the victim, which now waits for the lock
    print(die(victim))
    c:release()
    print(await(survivor, 30))
    print(c:locked())
end
for _, start in ipairs{async, spawn_thread, spawn_process} do play(start, cond) end
--> died
--> true
--> died
--> true
--> false
--> died
--> true
--> died
--> true
--> false
--> died
--> true
--> died
--> true
--> false

-- The lock lives in another process than the condition.
local made, done = plait.Channel(), plait.Channel()
local home = spawn_process(function() made:send(plait.RLock()) done:recv() end)
local lock = made:recv()
play(spawn_process, plait.Condition(lock))
--> died
--> true
--> died
--> true
--> false
local other_home = spawn_process(function() made:send(plait.Condition(lock)) done:recv() end)
play(async, made:recv())
--> died
--> true
--> died
--> true
--> false
done:send(1)
done:send(1)
gather(home, other_home)

-- At any moment.
local rounds = os.getenv("PLAIT_STRESS") and 500 or os.getenv("PLAIT_PRESET") == "tsan" and 5 or 20
local survivors = {}
local goes_on = plait.Value(true)
for i, start in ipairs{async, spawn_thread} do
    survivors[i] = start(function()
        while goes_on.value do
            local ok, err = pcall(function()
                local _ <close> = cond:acquire()
                cond:notify()
                cond:wait(0.001)
            end)
            if not ok then
                assert(plait.kind(err) == "abandoned", err)
                cond:recover()
            end
            sleep(0)
        end
    end)
end
for _ = 1, rounds do
    local child = spawn_process(function()
        while true do
            cond:acquire()
            ready:send(1)
            cond:notify()
            cond:wait()
            cond:release()
        end
    end)
    ready:recv()
    sleep(math.random() * 0.004)
    assert(die(child) == "died")
end
goes_on.value = false
gather(survivors)
cond:recover()
print(cond:locked(), (tostring(cond):match("(%d+) waiting"))) --> false	0
