-- A wait that times out gives nil, "timeout"; a cancelled one raises; neither disturbs others.
local event = plait.Event()
print(event:wait(0)) --> nil	timeout
print(event:wait(0.005)) --> nil	timeout
local waiting = async(function() return event:wait() end)
local cancelled = async(function() event:wait() print("never") end)
plait.yield()
cancelled:cancel()
print(pcall(await, cancelled)) --> false	cancelled
print(pcall(event.wait, event, -1)) --> false	bad argument #2 to '?' (time-out is negative)
print(await(spawn_process(function()
    local lost = async(event.wait, event)
    plait.yield()
    lost:cancel()
    return plait.kind(select(2, pcall(await, lost))), event:wait(0.005)
end))) --> cancelled	nil	timeout
event:set()
print(await(waiting)) --> true
