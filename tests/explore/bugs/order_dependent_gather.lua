-- The results are taken in the order in which the threads are done, which is not that in which they were started.
local results = plait.Channel(3)
local function square(n) results:send(n * n) end
gather(spawn_thread(square, 1), spawn_thread(square, 2), spawn_thread(square, 3))
for i = 1, 3 do assert(results:recv() == i * i, "not in their order") end
