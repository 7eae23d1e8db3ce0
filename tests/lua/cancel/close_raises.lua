-- An error of the clean-up takes the place of the cancellation.
local h = async(function()
    local closed <close> = setmetatable({}, { __close = function(self) error("clean-up failed", 0) end })
    sleep(3600)
end)
plait.yield()
h:cancel()
print(pcall(await, h)) --> false	clean-up failed
print(h:status()) --> failed
