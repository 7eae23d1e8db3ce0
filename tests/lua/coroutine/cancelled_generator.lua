-- A cancellation reaches the generator that waits, which can clean up.
local gate = plait.Future()
local task = async(function()
    local step = coroutine.wrap(function()
        local closed <close> = setmetatable({}, {__close = function() print("generator closed") end})
        print(pcall(await, gate))
        await(gate)
    end)
    local closed <close> = setmetatable({}, {__close = function() print("task closed") end})
    step()
    print("not reached")
end)
plait.yield()
task:cancel()
print(pcall(await, task))
--> false	cancelled
--> generator closed
--> task closed
--> false	cancelled
print(task:status()) --> cancelled
