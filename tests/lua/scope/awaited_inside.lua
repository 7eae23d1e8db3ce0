-- The block may await its strands and use their results; one that has failed cancels the await.
do
    local s <close> = plait.scope()
    local a, b = s:async(function() return 1 end), s:spawn_thread(function() return 2 end)
    print(await(a) + await(b)) --> 3
end
print(pcall(function()
    local s <close> = plait.scope()
    local h = s:async(error, "boom", 0)
    local ok, err = pcall(await, h)
    print(ok, plait.kind(err)) --> false	cancelled
end)) --> false	boom
