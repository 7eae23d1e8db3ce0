-- A task that is not waiting gets the error at its next wait, not before.
local h
h = async(function()
    h:cancel()
    print("runs on")
    plait.yield()
    print("not reached")
end)
print(pcall(await, h))
--> runs on
--> false	cancelled
