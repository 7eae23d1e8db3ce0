-- on_done of a handle that has ended calls f too; several are called in order.
local h = async(function() return 5 end)
await(h)
h:on_done(function(x) print("first", x == h, await(x)) end)
h:on_done(function(x) plait.yield() print("waits", x:done()) end)
h:on_done(function() print("third") end)
print("not yet")
--> not yet
--> first	true	5
--> third
--> waits	true
