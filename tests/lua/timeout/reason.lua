-- f is told why it is cancelled.
print(plait.timeout(0.001, function()
    local ok, err = pcall(sleep, 3600)
    print(err)
    error(err)
end))
--> cancelled: timeout of 0.001 s at reason.lua:2
--> nil	timeout
