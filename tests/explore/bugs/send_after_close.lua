-- The channel is closed when the first of the senders is done.
local items, left = plait.Channel(10), plait.Value(2)
local function produce()
  items:send("item")
  if left.value == 2 then left.value = 1 else items:close() return end
  if left.value == 1 then items:close() end
end
gather(spawn_thread(produce), spawn_thread(produce))
