-- A handle nobody keeps changes nothing: the process runs on.
local answers = plait.Channel(3)
for i = 1, 3 do spawn_process(function() answers:send(i) end) end
collectgarbage()
collectgarbage()
print(answers:recv() + answers:recv() + answers:recv()) --> 6
