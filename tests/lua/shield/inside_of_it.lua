-- What is entered inside of the shield still counts there: deadlines, scopes.
plait.shield(function()
    local ok, err = pcall(function()
        local d <close> = plait.deadline(0.001)
        sleep(3600)
    end)
    print(plait.kind(err)) --> timeout
    print(plait.timeout(0.001, sleep, 3600)) --> nil	timeout
end)
