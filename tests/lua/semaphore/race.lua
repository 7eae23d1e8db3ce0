-- Time-outs and cancellations that race with grants lose no permit, in threads and in processes.
local function work(sem, rounds, seed)
    local got = 0
    for i = 1, rounds do
        if (i + seed) % 5 == 0 then
            local task = async(function()
                local _ <close> = sem:acquire()
            end)
            for _ = 1, i % 3 do plait.yield() end
            task:cancel()
            pcall(await, task)
        elseif sem:acquire((i * seed) % 4 * 0.00005) then
            got = got + 1
            if i % 2 == 0 then plait.yield() end
            sem:release()
        end
    end
    return got
end
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local sem = plait.Semaphore(2, {bounded = true})
    local rounds = start == spawn_process and 200 or 1000
    local workers = {}
    for i = 1, 4 do workers[i] = start(work, sem, rounds, i) end
    local sum = 0
    for _, got in ipairs(gather(workers)) do sum = sum + got end
    print(sum > 0, sem:free())
end
--> true	2
--> true	2
--> true	2
