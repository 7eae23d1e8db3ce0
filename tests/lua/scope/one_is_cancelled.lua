-- A strand that is cancelled by itself is no failure of the scope.
local h
do
    local s <close> = plait.scope()
    h = s:async(sleep, 3600)
    s:async(function() print("goes on") end)
    sleep(0)
    h:cancel()
end
print(h:status())
--> goes on
--> cancelled
