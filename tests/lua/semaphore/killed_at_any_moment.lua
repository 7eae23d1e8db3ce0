-- Children that are killed while they acquire and release: the number of permits is conserved.
local function work(sem, ready)
    ready:send(true)
    while true do
        sem:acquire()
        if sem:try() then sem:release() end
        sem:release()
    end
end
local sem, ready = plait.Semaphore(3, {bounded = true}), plait.Channel(math.huge)
local wrong = 0
for round = 1, 25 do
    local children = {}
    for i = 1, 2 do children[i] = spawn_process(work, sem, ready) end
    for _ = 1, 2 do ready:recv() end
    local mine = sem:acquire()
    sleep(round % 5 * 0.001)
    for _, child in ipairs(children) do child:kill() end
    mine:release()
    for _, child in ipairs(children) do pcall(await, child) end
    if sem:free() ~= 3 then wrong = wrong + 1 end
end
print(wrong) --> 0
