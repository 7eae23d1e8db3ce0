-- What the strand does with the cancellation decides its status.
local function catch(finish)
    local h = async(function() pcall(sleep, 3600) return finish() end)
    plait.yield()
    h:cancel()
    return pcall(await, h)
end
print(catch(function() return "a result" end)) --> true	a result
print(catch(function() error("another error", 0) end)) --> false	another error
print(plait.kind(select(2, catch(function() sleep(1) end)))) --> cancelled
