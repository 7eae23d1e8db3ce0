-- One notification, and two kinds of waiters: it may wake the one it is not for, which does not pass it on.
local changed, state = plait.Condition(), plait.Table{ red = 0, blue = 0 }
local function wait_for(colour)
  local _ <close> = changed:acquire()
  if state[colour] == 0 then changed:wait() end
  if state[colour] > 0 then state[colour] = state[colour] - 1 end
end
local red, blue = spawn_thread(wait_for, "red"), spawn_thread(wait_for, "blue")
changed:with(function() state.blue = 1 changed:notify() end)
await(blue)
changed:with(function() state.red = 1 changed:notify() end)
await(red)
