-- Processes are killed at random moments of what they do with all objects at
-- once; what can be counted is right afterwards, and the objects work.
local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
local rounds = os.getenv("PLAIT_STRESS") and 200 or is_slow and 3 or 12
local seed = tonumber(os.getenv("PLAIT_SEED")) or os.time()

local function make_objects()
    return {
        lock = plait.Lock(), rlock = plait.RLock(), sem = plait.Semaphore(2),
        event = plait.Event(), value = plait.Value(0), array = plait.Array("i64", 2),
        items = plait.Channel(4), hand = plait.Channel(), future = plait.Future(),
    }
end

-- Does one thing after another; in `array` it counts what is done for certain.
local function work(o, number, seconds, seed)
    math.randomseed(seed)
    local n, ends = 0, plait.now() + seconds
    local acts = {
        function()
            if pcall(o.lock.acquire, o.lock, 0.01) then pcall(o.lock.release, o.lock) else pcall(o.lock.recover, o.lock) end
        end,
        function() pcall(o.rlock.with, o.rlock, function() pcall(o.rlock.with, o.rlock, plait.yield) end) end,
        function()
            local got <close> = o.sem:acquire(0.01)
        end,
        function() o.event:set() o.event:wait(0.01) o.event:clear() o.event:wait(0.001) end,
        function()
            o.value:add(1)
            o.array:add(1, 1)
        end,
        function()
            o.value:update(function(v) return v + 1 end)
            o.array:add(1, 1)
        end,
        function()
            if o.items:send({ number, n + 1 }, 0.01) then n = n + 1 end
        end,
        function() o.hand:send("x", 0.001) end,
        function() o.hand:recv(0.001) end,
        function() await(o.future, 0.001) end,
        function() -- a strand that ends as the owner
            if not await(async(pcall, o.lock.acquire, o.lock)) then pcall(o.lock.recover, o.lock) end
        end,
    }
    while plait.now() < ends do acts[math.random(#acts)]() end
end

local function run_in_child(...) return await(spawn_process(...)) end

local function receive_all(items, last)
    for item in items do
        local number, n = item[1], item[2]
        assert(n == last[number] + 1, "not the next one")
        last[number] = n
    end
end

local function round(seed)
    math.randomseed(seed)
    local o, workers, last = make_objects(), {}, {}
    local seconds = is_slow and 0.3 or 0.08
    for i = 1, 4 do
        last[i] = 0
        workers[i] = i == 4 and spawn_process(run_in_child, work, o, i, seconds, seed + i)
            or spawn_process(work, o, i, seconds, seed + i)
    end
    local here = spawn_thread(function() work(o, 5, seconds, seed) end)
    last[5] = 0
    local receiver = async(receive_all, o.items, last)
    for i = 2, 4 do -- the first one lives
        sleep(math.random() * seconds / 3)
        workers[i]:kill()
    end
    for i = 2, 4 do pcall(await, workers[i]) end
    await(workers[1])
    await(here)
    -- A grandchild ends with its parent, a moment later: its permit is back then.
    for _ = 1, 2 do assert(o.sem:acquire(20), "a permit is lost") end
    assert(o.sem:try() == nil, "a permit too many")
    o.items:close()
    await(receiver)
    local counted, added = o.array[1], o.value.value
    assert(added >= counted and added <= counted + 4, "additions lost or made twice")
    for _, lock in ipairs{ o.lock, o.rlock } do
        if not pcall(lock.acquire, lock, 20) then lock:recover():acquire() end
        lock:release()
        assert(not lock:locked())
    end
    o.event:clear()
    assert(not o.event:is_set())
    assert(select(2, o.hand:try_recv()) == "empty", "somebody who is dead sends")
    assert(not o.hand:try_send(1), "somebody who is dead receives")
    assert(o.future:resolve(7) and await(o.future) == 7)
end

for i = 1, rounds do
    local ok, why = pcall(round, seed + i)
    if not ok then print("PLAIT_SEED=" .. seed + i - 1, why) end
end
print("done") --> done
