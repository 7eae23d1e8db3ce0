-- If f finishes all the same, its results are not lost.
--! options: --stall off --clock virtual
print(plait.timeout(0.001, function()
    local ok, err = pcall(sleep, 3600)
    return "finished", plait.kind(err)
end)) --> true	finished	cancelled
