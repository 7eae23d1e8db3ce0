-- Cancelling the strand that waits cancels nothing else.
local go = plait.Future()
local slow = async(function() return await(go) end)
local thread = spawn_thread(function() return await(go) end)
local task = async(function() return plait.wait{ slow, thread } end)
plait.yield()
plait.yield()
task:cancel()
print(pcall(await, task)) --> false	cancelled
print(slow:status(), thread:done()) --> waiting	false
go:resolve("x")
print(await(slow), await(thread)) --> x	x
