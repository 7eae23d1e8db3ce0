-- The same for the main script: the wait in progress ends.
print(pcall(function()
    local s <close> = plait.scope()
    s:async(function() sleep(0) error("boom", 0) end)
    await(plait.Future())
end)) --> false	boom
sleep(0)
print("behind") --> behind
