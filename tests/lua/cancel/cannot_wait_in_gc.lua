-- Nobody can wait in a __gc metamethod: neither a task nor the main script.
local function collect()
    local kind
    setmetatable({}, { __gc = function() kind = plait.kind(select(2, pcall(sleep, 0.01))) end })
    collectgarbage()
    collectgarbage()
    return kind
end
print(collect(), await(async(collect))) --> usage	usage
