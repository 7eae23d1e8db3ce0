-- An await of what has ended raises too, once the strand was cancelled.
local done = async(function() return 1 end)
await(done)
local h
h = async(function()
    print(await(done))
    h:cancel()
    print(plait.kind(select(2, pcall(await, done))))
end)
await(h)
--> 1
--> cancelled
print(h:status()) --> done
