local items, left = plait.Channel(10), plait.Value(2)
local function produce()
  items:send("item")
  if left:add(-1) == 0 then items:close() end
end
gather(spawn_thread(produce), spawn_thread(produce))
local count = 0
for _ in items do count = count + 1 end
assert(count == 2)
