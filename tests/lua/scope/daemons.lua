-- A daemon of the scope does not hold the block: it is cancelled when all others have ended, and waited for.
do
    local s <close> = plait.scope()
    s:async{ function()
        local c <close> = setmetatable({}, { __close = function() sleep(0.001) print("cleaned up") end })
        sleep(3600)
    end, daemon = true }
    s:spawn_thread{ sleep, 3600, daemon = true }
    s:async(function() sleep(0.001) print("worked") end)
end
print("left")
--> worked
--> cleaned up
--> left
