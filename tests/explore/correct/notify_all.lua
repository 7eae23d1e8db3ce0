local changed, state = plait.Condition(), plait.Table{ red = 0, blue = 0 }
local function wait_for(colour)
  local _ <close> = changed:acquire()
  changed:wait_for(function() return state[colour] > 0 end)
  state[colour] = state[colour] - 1
end
local red, blue = spawn_thread(wait_for, "red"), spawn_thread(wait_for, "blue")
changed:with(function() state.blue = 1 changed:notify_all() end)
await(blue)
changed:with(function() state.red = 1 changed:notify_all() end)
await(red)
