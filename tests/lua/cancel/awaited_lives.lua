-- Cancelling a strand that awaits another does not cancel that other.
local gate = plait.Future()
local work = async(function() return await(gate) end)
local waiter = async(function() return await(work) end)
plait.yield()
plait.yield()
waiter:cancel()
print(pcall(await, waiter)) --> false	cancelled
gate:resolve("still here")
print(await(work)) --> still here
