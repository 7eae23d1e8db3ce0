local a, b = plait.Lock(), plait.Lock()
local function both(first, second)
  local _ <close> = first:acquire()
  local _ <close> = second:acquire()
end
gather(spawn_thread(both, a, b), spawn_thread(both, a, b), async(both, a, b))
