-- Value:add is one step.
local count = plait.Value(0)
local function work() for _ = 1, 3 do count:add(1) end end
gather(spawn_thread(work), spawn_thread(work))
assert(count.value == 6)
