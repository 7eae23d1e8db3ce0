local barrier, before, after = plait.Barrier(3), plait.Value(0), plait.Value(0)
local function meet()
  before:add(1)
  barrier:wait()
  assert(before.value == 3)
  after:add(1)
end
gather(spawn_thread(meet), spawn_thread(meet), async(meet))
assert(after.value == 3)
