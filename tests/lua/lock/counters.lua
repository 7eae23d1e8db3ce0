-- Counters under a lock are exact, whoever takes turns: 2 to 8 threads, processes, tasks.
local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
local function count(lock, counter, n)
    for _ = 1, n do
        local _ <close> = lock:acquire()
        counter.value = counter.value + 1
    end
    return n
end

local share = os.getenv("PLAIT_STRESS") and 1000000 or is_slow and 500 or 5000
for threads = 2, 8 do
    local lock = threads % 2 == 0 and plait.Lock() or plait.RLock()
    local counter, all, strands = plait.Value(0), 0, {}
    local function start(kind, n)
        strands[#strands + 1] = kind(count, lock, counter, n)
        all = all + n
    end
    for _ = 1, threads do start(spawn_thread, share // threads) end
    for _ = 1, threads % 3 do start(spawn_process, share // 200) end
    for _ = 1, threads % 4 do start(async, share // 50) end
    for _, strand in ipairs(strands) do await(strand) end
    print(threads, counter.value == all, lock:locked())
end
--> 2	true	false
--> 3	true	false
--> 4	true	false
--> 5	true	false
--> 6	true	false
--> 7	true	false
--> 8	true	false
