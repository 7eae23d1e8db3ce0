-- A strand of a scope that has a scope of its own: cancelling the one cancels the other, down to the last.
print(pcall(function()
    local s <close> = plait.scope()
    s:async(function()
        local inner <close> = plait.scope()
        inner:async(function()
            local c <close> = setmetatable({}, { __close = function() print("innermost") end })
            sleep(3600)
        end)
    end)
    sleep(0.001)
    error("boom", 0)
end))
--> innermost
--> false	boom
