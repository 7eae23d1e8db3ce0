-- In a shield the block does not hear of a failure before it has left it; the other strands do.
print(pcall(function()
    local s <close> = plait.scope()
    local h = s:async(function()
        local c <close> = setmetatable({}, { __close = function() print("cancelled meanwhile") end })
        sleep(3600)
    end)
    s:async(error, "boom", 0)
    plait.shield(function()
        sleep(0)
        sleep(0)
        print("shielded")
    end)
    sleep(3600)
end))
--> cancelled meanwhile
--> shielded
--> false	boom
