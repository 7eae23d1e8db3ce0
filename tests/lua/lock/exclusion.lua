-- Never two strands inside at once, whatever they are.
local function work(lock, value, n)
    for _ = 1, n do
        local _ <close> = lock:acquire()
        local before = value.value
        if before % 7 == 0 then plait.yield() end
        value.value = before + 1
    end
end

for _, start in ipairs{async, spawn_thread, spawn_process} do
    local lock, value = plait.Lock(), plait.Value(0)
    local n = start == spawn_process and 30 or 500
    local workers = {}
    for i = 1, 4 do workers[i] = start(work, lock, value, n) end
    for i = 1, 4 do await(workers[i]) end
    print(value.value == 4 * n, lock:locked())
end
--> true	false
--> true	false
--> true	false
