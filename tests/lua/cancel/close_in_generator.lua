-- A generator's own __close may wait while the cancellation goes through it.
local h = async(function()
    local step = coroutine.wrap(function()
        local closed <close> = setmetatable({}, { __close = function(self)
            plait.yield()
            print("generator cleaned up")
        end })
        sleep(3600)
    end)
    step()
end)
plait.yield()
h:cancel()
print(pcall(await, h))
--> generator cleaned up
--> false	cancelled
