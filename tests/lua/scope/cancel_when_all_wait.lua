-- s:cancel by a strand of the scope while the block waits for its strands: it is left without an error.
do
    local s <close> = plait.scope()
    s:async(sleep, 3600)
    s:async(function() sleep(0) s:cancel() end)
end
print("left") --> left
