-- clock:settle() waits until every other strand waits, and takes no time.
local clock <close> = require "plait.test.clock".start()
local steps = plait.Value(0)
local gate = plait.Event()
async(function() for _ = 1, 100 do plait.yield() steps:add(1) end gate:wait() steps:add(1000) end)
local thread = spawn_thread(function(steps, gate)
  for _ = 1, 50 do local t = {} for i = 1, 1000 do t[i] = {} end steps:add(1) plait.yield() end
  gate:wait()
  steps:add(1000)
  sleep(1)
  steps:add(10000)
end, steps, gate)
clock:settle()
print(steps.value, clock:now()) --> 150	0.0
gate:set()
clock:settle()
print(steps.value, clock:now()) --> 2150	0.0
clock:advance(1)
print(steps.value, clock:now()) --> 12150	1.0
await(thread)

-- Two that settle both do.
local both = {}
gather(async(function() clock:settle() both[1] = true end), async(function() clock:settle() both[2] = true end))
print(both[1], both[2], clock:now()) --> true	true	1.0
