-- Sleeps of many tasks pass side by side.
local start = plait.now()
local tasks = {}
for i = 1, 200 do tasks[i] = async(sleep, 0.05) end
gather(tasks)
local took = plait.now() - start
print(took >= 0.05, took < 5) --> true	true
