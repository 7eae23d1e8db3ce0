-- When the strand that gathers is cancelled, so are those it waits for.
local a, b = async(sleep, 60), async(sleep, 60)
local task = async(function() return gather(a, b) end)
plait.yield()
plait.yield()
task:cancel("enough")
print(pcall(await, task)) --> false	cancelled: enough
print(plait.kind(select(2, pcall(await, a))), plait.kind(select(2, pcall(await, b)))) --> cancelled	cancelled
