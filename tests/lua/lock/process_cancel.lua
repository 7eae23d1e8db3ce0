-- A cancelled wait for a lock of another process takes none; a cancelled owner gives it back.
local lock, ready, done = plait.Lock(), plait.Channel(), plait.Channel()
lock:acquire()
local child = spawn_process(function()
    local waiting = async(function() lock:acquire() print("never") end)
    local patient = async(function()
        local _ <close> = lock:acquire()
        sleep(60)
    end)
    plait.yield()
    waiting:cancel()
    done:send(plait.kind(select(2, pcall(await, waiting))))
    ready:recv()
    patient:cancel()
    done:send(plait.kind(select(2, pcall(await, patient))))
end)
print(done:recv()) --> cancelled
lock:release()
ready:send("go")
print(done:recv()) --> cancelled
print(lock:acquire(10) == lock) --> true
await(child)
