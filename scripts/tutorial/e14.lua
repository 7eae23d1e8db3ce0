-- E14: five processes that work, here sleep, for two seconds at the same time.

local function worker(i)
    print("Worker " .. i .. " starting")
    sleep(2)
    print("Worker " .. i .. " finished")
end

local processes = {}
for i = 0, 4 do table.insert(processes, spawn_process(worker, i)) end
for _, p in ipairs(processes) do p:join() end
