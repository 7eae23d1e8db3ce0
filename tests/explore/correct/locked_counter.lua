local lock, count = plait.Lock(), plait.Value(0)
local function work()
  for _ = 1, 3 do
    local _ <close> = lock:acquire()
    count.value = count.value + 1
  end
end
gather(spawn_thread(work), spawn_thread(work), async(work))
assert(count.value == 9)
