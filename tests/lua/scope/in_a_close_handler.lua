-- Clean-up may use a scope: its strands are not cancelled by the cancellation that is being cleaned up.
local h = async(function()
    local c <close> = setmetatable({}, { __close = function()
        do
            local s <close> = plait.scope()
            s:async(function() sleep(0.001) print("said goodbye") end)
        end
        print(plait.scope(function(s) return await(s:async(function() sleep(0.001) return "twice" end)) end))
    end })
    sleep(3600)
end)
sleep(0)
h:cancel()
print(pcall(await, h))
--> said goodbye
--> twice
--> false	cancelled
