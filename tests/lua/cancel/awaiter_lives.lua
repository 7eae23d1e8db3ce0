-- To those who await it the cancellation of another is an ordinary error.
local victim = async(sleep, 3600)
local waiter = async(function()
    local ok, err = pcall(await, victim)
    sleep(0)
    return ok, plait.kind(err), "lives on"
end)
plait.yield()
victim:cancel()
print(await(waiter)) --> false	cancelled	lives on
print(waiter:status()) --> done
