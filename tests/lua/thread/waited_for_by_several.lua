-- One thread may be awaited by several tasks and by another thread: all get its results.
local gate = plait.Channel()
local thread = spawn_thread(function() return gate:recv(), "results" end)
local waiting = {}
for i = 1, 3 do waiting[i] = async(function() return i, await(thread) end) end
waiting[4] = spawn_thread(function() return 4, await(thread) end)
plait.yield()
gate:send("all")
for i = 1, 4 do print(await(waiting[i])) end
--> 1	all	results
--> 2	all	results
--> 3	all	results
--> 4	all	results
