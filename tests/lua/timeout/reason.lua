-- f is told why it is cancelled.
--! options: --stall off --clock virtual
print(plait.timeout(0.001, function()
    local ok, err = pcall(sleep, 3600)
    print(err)
    error(err)
end))
--> cancelled: timeout of 0.001 s at reason.lua:3
--> nil	timeout
