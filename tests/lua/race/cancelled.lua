-- When the strand that races is cancelled, so are those it waits for; also the
-- functions it started.
local a, started = async(sleep, 60), nil
local task = async(function()
    return plait.race(a, function()
        started = plait.current()
        sleep(60)
    end)
end)
plait.yield()
plait.yield()
task:cancel("enough")
print(pcall(await, task)) --> false	cancelled: enough
print(plait.kind(select(2, pcall(await, a))), plait.kind(select(2, pcall(await, started)))) --> cancelled	cancelled
