-- Release by a stranger names the owner and its line, whichever process each of them is in.
local lock = plait.Lock()
local function refused(what)
    return select(2, pcall(lock.release, lock)).message:match("release: .*"):gsub("process %d+", "process N")
end

lock:acquire()
print(await(spawn_thread(refused)) == "release: the lock is held by the main strand, acquired at owner_elsewhere.lua:7, not by this strand") --> true
print(await(spawn_process(refused)) == "release: the lock is held by the main strand, acquired at owner_elsewhere.lua:7, not by this strand") --> true
lock:release()
print((await(spawn_process(refused)))) --> release: the lock is not held

local ready, done = plait.Channel(), plait.Channel()
local child = spawn_process(function()
    lock:acquire()
    ready:send(1)
    done:recv()
    lock:release()
end)
ready:recv()
print((refused())) --> release: the lock is held by the main strand of process N, acquired at owner_elsewhere.lua:15, not by this strand
print((await(spawn_process(refused)))) --> release: the lock is held by the main strand of process N, acquired at owner_elsewhere.lua:15, not by this strand
done:send(1)
await(child)
await(async(function() lock:acquire() end))
print((refused())) --> release: the lock is abandoned
