-- A strand may end, and its state close, while it is given a lock: nobody hangs, and the lock is whole.
local rounds = os.getenv("PLAIT_PRESET") == "tsan" and 30 or 600
local lock = plait.Lock()
local released, abandoned = 0, 0
for i = 1, rounds do
    lock:acquire()
    local ready = plait.Channel(4)
    local thread = spawn_thread(function()
        load "tainted = true" () -- its state is not used again, but closed
        for _ = 1, 3 do
            async{ function() ready:send(1) lock:acquire() sleep(60) end, daemon = true }
        end
        plait.yield()
        for _ = 1, i % 3 do plait.yield() end
    end)
    ready:recv()
    if i % 2 == 0 then plait.yield() end
    lock:release()
    local ok, err = pcall(lock.acquire, lock, 30)
    if ok then
        lock:release()
        released = released + 1
    else
        assert(plait.kind(err) == "abandoned", err)
        lock:recover()
        abandoned = abandoned + 1
    end
    await(thread)
    if pcall(lock.acquire, lock, 30) then lock:release() else lock:recover() end
end
print(released + abandoned == rounds, lock:locked()) --> true	false
