-- s:cancel reaches the block itself, at its next wait, and leaves it as an error of kind "cancelled"; the strand
-- goes on behind the block.
local count = 0
local ok, err = pcall(function()
    local s <close> = plait.scope()
    s:async(function() s:cancel("enough") end)
    for _ = 1, 2 do
        if not pcall(sleep, 3600) then count = count + 1 end
    end
    sleep(3600)
end)
print(ok, err, plait.kind(err), count) --> false	cancelled: enough	cancelled	2
sleep(0)
