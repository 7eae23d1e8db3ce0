-- A process that only releases what another acquires: when that one dies, no more comes back than is out.
local slots, ready = plait.Semaphore(4), plait.Channel()
local producer = spawn_process(function()
    for _ = 1, 10 do slots:acquire() end
    ready:send(true)
    sleep(60)
end)
local consumer = spawn_process(function()
    for _ = 1, 8 do slots:release() end
    ready:recv()
end)
await(consumer)
print(slots:free()) --> 2
producer:kill()
pcall(await, producer)
print(slots:free()) --> 4
