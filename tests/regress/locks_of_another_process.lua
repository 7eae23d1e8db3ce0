-- A strand that asked for a lock of another process kept it to its end: a
-- server grew with every lock it was ever sent, and took longer for each.
local ch = plait.Channel(1)
local child = spawn_process(function()
    local weak = setmetatable({}, { __mode = "k" })
    for batch in ch do
        for _, lock in ipairs(batch) do
            weak[lock] = true
            lock:acquire()
            lock:release()
            lock:try()
            lock:release()
        end
    end
    collectgarbage()
    collectgarbage()
    local left = 0
    for _ in pairs(weak) do left = left + 1 end
    return left
end)
for _ = 1, 5 do
    local batch = {}
    for i = 1, 20 do batch[i] = i % 2 == 0 and plait.Lock() or plait.RLock() end
    ch:send(batch)
end
ch:close()
print(await(child)) --> 0

-- One that it has is not forgotten, even if nobody there knows it any more.
local lock, go = plait.Lock(), plait.Channel()
local owner = spawn_process(function()
    lock:acquire()
    lock = nil
    collectgarbage()
    go:send(true)
    go:recv()
end)
go:recv()
print(lock:locked()) --> true
go:send(true)
await(owner)
print(plait.kind(select(2, pcall(lock.acquire, lock)))) --> abandoned
