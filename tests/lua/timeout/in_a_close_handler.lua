-- Clean-up may use it: f is out of reach of what is being cleaned up.
local h = async(function()
    local c <close> = setmetatable({}, { __close = function()
        print(plait.timeout(1, function() sleep(0.001) return "said goodbye" end))
        print(plait.timeout(0.001, sleep, 3600))
    end })
    sleep(3600)
end)
sleep(0)
h:cancel()
print(pcall(await, h))
--> true	said goodbye
--> nil	timeout
--> false	cancelled
