-- E13: five threads that work, here sleep, for two seconds at the same time.

local function worker(i)
    print("Worker " .. i .. " starting")
    sleep(2)
    print("Worker " .. i .. " finished")
end

local threads = {}
for i = 0, 4 do table.insert(threads, spawn_thread(worker, i)) end
for _, t in ipairs(threads) do t:join() end
