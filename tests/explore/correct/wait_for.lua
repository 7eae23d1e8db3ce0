local changed, queue = plait.Condition(), plait.Table()
local consumer = spawn_thread(function()
  local _ <close> = changed:acquire()
  changed:wait_for(function() return queue[1] end)
  return queue[1]
end)
changed:with(function()
  queue[1] = "item"
  changed:notify()
end)
assert(await(consumer) == "item")
