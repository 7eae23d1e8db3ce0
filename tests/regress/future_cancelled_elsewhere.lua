-- A future that another process cancelled stayed as it was, and who awaited it
-- waited for ever.
local f, g = plait.Future(), plait.Future()
local waiting = async(function() return pcall(await, f) end)
print(await(spawn_process(function()
    print(f:cancel("not needed") == f, f:status()) --> true	cancelled
    await(async(function() g:cancel() end)) -- a task waits in another way
    return g:done(), f:cancel("again") == f, select(2, pcall(await, f)).reason
end))) --> true	true	not needed
print(await(waiting)) --> false	cancelled: not needed
print(pcall(await, g)) --> false	cancelled
