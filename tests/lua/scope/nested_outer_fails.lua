-- The failure of a strand of the outer scope cancels the inner one, and what is in it.
print(pcall(function()
    local outer <close> = plait.scope()
    outer:async(function() sleep(0) error("boom", 0) end)
    local inner <close> = plait.scope()
    inner:async(function()
        local c <close> = setmetatable({}, { __close = function() print("inner strand") end })
        sleep(3600)
    end)
end))
--> inner strand
--> false	boom
