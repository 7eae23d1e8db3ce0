-- An error that leaves the block cancels its strands, waits for them, and goes on as itself.
local mine, cleaned = {}, nil
local h
local ok, err = pcall(function()
    local s <close> = plait.scope()
    h = s:async(function()
        local c <close> = setmetatable({}, { __close = function() sleep(0.001) cleaned = true end })
        sleep(3600)
    end)
    sleep(0)
    error(mine)
end)
print(ok, err == mine, cleaned, h:status()) --> false	true	true	cancelled
local _, cancelled = pcall(await, h)
print(cancelled.reason == mine) --> true
