-- A process that is killed while it waits takes nothing, nor while it is being given a permit.
local ready = plait.Channel()
local function wait(sem)
    ready:send(true)
    sem:acquire()
    sleep(60)
end
local wrong = 0
for round = 1, 40 do
    local sem = plait.Semaphore(1, {bounded = true})
    sem:acquire()
    local child = spawn_process(wait, sem)
    ready:recv()
    if round % 4 > 0 then sem:release() end
    for _ = 1, round % 7 * 20 do plait.now() end
    child:kill()
    pcall(await, child)
    if round % 4 == 0 then sem:release() end
    if sem:free() ~= 1 then wrong = wrong + 1 end
end
print(wrong) --> 0
