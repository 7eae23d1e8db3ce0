-- One of the ways out does not release.
local lock, count = plait.Lock(), plait.Value(0)
local function work()
  lock:acquire()
  if count.value > 1 then return end
  count:add(1)
  lock:release()
end
gather(spawn_thread(work), spawn_thread(function() count:add(1) work() end))
assert(lock:try(), "the lock is not free")
