-- A handle nobody keeps changes nothing: the thread runs on.
local answers = plait.Channel(10)
for i = 1, 10 do spawn_thread(function() answers:send(i) end) end
collectgarbage()
collectgarbage()
local sum = 0
for _ = 1, 10 do sum = sum + answers:recv() end
print(sum) --> 55
