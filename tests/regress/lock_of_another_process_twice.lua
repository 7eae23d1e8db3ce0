-- The owner of a lock of another process who wanted it again was told that
-- nothing could run any more: try raised, and the process ended with status 70.
local lock = plait.Lock()
print(await(spawn_process(function()
    lock:acquire()
    local tried = lock:try()
    local ok, err = pcall(lock.acquire, lock)
    lock:release()
    return tried, ok, plait.kind(err), err.message:match("lock is held by.*")
end))) --> nil	false	deadlock	lock is held by this very strand, acquired at lock_of_another_process_twice.lua:5
