-- Looks again and again, and makes way: that ends in every order.
local is_done = plait.Value(false)
local looker = spawn_thread(function() while not is_done.value do plait.yield() end end)
local task = async(function() while not is_done.value do plait.yield() end end)
spawn_thread(function() is_done:set(true) end)
gather(looker, task)
