-- A strand that fails while it is cleaning up, as the strand of the block is cancelled: nobody receives that error, so
-- it is reported at the end.
--! status: 1
--! stderr: lost otherwise
local h = async(function()
    local s <close> = plait.scope()
    s:async(function()
        local c <close> = setmetatable({}, { __close = function() error("lost otherwise", 0) end })
        sleep(3600)
    end)
    sleep(3600)
end)
sleep(0)
sleep(0)
h:cancel()
print(pcall(await, h)) --> false	cancelled
