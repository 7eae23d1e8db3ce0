-- A future that is cancelled raises that for those who wait.
local f = plait.Future()
local task = async(function() return plait.kind(select(2, pcall(await, f))), f:status() end)
plait.yield()
f:cancel("not needed")
print(await(task)) --> cancelled	cancelled
print(pcall(await, f)) --> false	cancelled: not needed
print(f:resolve(1)) --> false
