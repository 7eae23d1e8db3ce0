-- A wait that is cancelled has not come: the others go on waiting, and the barrier is whole.
local barrier = plait.Barrier(2)
local cancelled = async(barrier.wait, barrier)
plait.yield()
cancelled:cancel()
print(pcall(await, cancelled)) --> false	cancelled
print(barrier:waiting(), barrier:broken()) --> 0	false
print(await(spawn_process(function()
    local lost = async(barrier.wait, barrier)
    plait.yield()
    lost:cancel()
    return plait.kind(select(2, pcall(await, lost))), barrier:waiting(), barrier:broken()
end))) --> cancelled	0	false
local waiting = async(barrier.wait, barrier)
plait.yield()
print(await(spawn_process(function() return barrier:wait() end)), await(waiting)) --> 2	1
