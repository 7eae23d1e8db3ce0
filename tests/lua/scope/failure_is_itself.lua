-- The error that the block raises is the very value with which the strand failed.
local mine = setmetatable({}, { __name = "mine" })
local ok, err = pcall(function()
    local s <close> = plait.scope()
    s:async(error, mine)
end)
print(ok, err == mine) --> false	true
