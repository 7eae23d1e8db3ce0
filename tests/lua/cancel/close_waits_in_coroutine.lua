-- A coroutine that a __close handler resumes may wait, too.
local h = async(function()
    local closed <close> = setmetatable({}, { __close = function(self)
        for i in coroutine.wrap(function() plait.yield() coroutine.yield("item") end) do print(i) end
    end })
    sleep(3600)
end)
plait.yield()
h:cancel()
print(pcall(await, h))
--> item
--> false	cancelled
