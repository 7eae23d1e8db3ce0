-- A __close handler that declares no parameter may wait as well.
local h = async(function()
    local closed <close> = setmetatable({}, { __close = function()
        plait.yield()
        print("cleaned up")
    end })
    sleep(3600)
end)
plait.yield()
h:cancel()
print(pcall(await, h))
--> cleaned up
--> false	cancelled
