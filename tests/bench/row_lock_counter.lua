-- Two threads count with one counter.
--   lock_counter  under a lock: acquire, read, write, release
--   atomic_counter  by the counter's own atomic addition
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("spawn_thread", "Lock", "Value") then return end

local function increment_locked(lock, counter, count)
    for _ = 1, count do
        lock:acquire()
        counter.value = counter.value + 1
        lock:release()
    end
end

local function increment(_, counter, count)
    for _ = 1, count do counter:add(1) end
end

local function count_with_two_threads(increment_some)
    return function(count)
        local lock, counter = plait.Lock(), plait.Value(0)
        local first = spawn_thread(increment_some, lock, counter, count)
        local second = spawn_thread(increment_some, lock, counter, count)
        first:join()
        second:join()
        assert(counter.value == 2 * count)
    end
end

bench.measure("lock_counter", count_with_two_threads(increment_locked), 2)
bench.measure("atomic_counter", count_with_two_threads(increment), 2)
