-- A wait suspends only the strand that waits: others run on meanwhile.
local gate = plait.Future()
local waiting = async(function() return await(gate) end)
local steps = 0
local other = async(function() for _ = 1, 5 do steps = steps + 1 plait.yield() end end)
await(other)
print(steps, waiting:done()) --> 5	false
gate:resolve("open")
print(await(waiting)) --> open
