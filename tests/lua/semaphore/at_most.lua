-- Never more than n strands inside at once, whatever they are, and n of them do get in.
local function work(sem, inside, most, n)
    for _ = 1, n do
        local _ <close> = sem:acquire()
        local now = inside:add(1)
        most:update(function(m) return math.max(m, now) end)
        if now % 2 == 0 then plait.yield() end
        inside:add(-1)
    end
end

for _, start in ipairs{async, spawn_thread, spawn_process} do
    local sem, inside, most = plait.Semaphore(2, {bounded = true}), plait.Value(0), plait.Value(0)
    local n = start == spawn_process and 30 or 300
    local workers = {}
    for i = 1, 4 do workers[i] = start(work, sem, inside, most, n) end
    gather(workers)
    print(most.value <= 2, inside.value, sem:free())
end
--> true	0	2
--> true	0	2
--> true	0	2

local sem, all_in = plait.Semaphore(3), plait.Barrier(3)
local function meet() sem:with(function() all_in:wait() end) end
gather(async(meet), spawn_thread(meet), spawn_process(meet))
print(sem:free()) --> 3
