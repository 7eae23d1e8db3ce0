-- A handle nobody keeps changes nothing: the strand runs on.
local gate, out = plait.Channel(), plait.Channel(math.huge)
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    start(function() out:send(gate:recv()) end)
end
plait.yield()
collectgarbage()
collectgarbage()
for i = 1, 3 do gate:send(i) end
print(out:recv() + out:recv() + out:recv()) --> 6
