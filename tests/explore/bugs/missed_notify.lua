-- The consumer does not look whether the item is there already: the notification may have come before it waits.
local changed, queue = plait.Condition(), plait.Table()
local consumer = spawn_thread(function()
  local _ <close> = changed:acquire()
  changed:wait()
  return queue[1]
end)
changed:with(function()
  queue[1] = "item"
  changed:notify()
end)
assert(await(consumer) == "item")
