-- What only passed through channels, and is gone from them, causes no collection.
local text = ("x"):rep(8 << 20)
local inbox, sizes = plait.Channel(1), plait.Channel(1)
local receiver = spawn_thread(function()
    for ch in inbox do sizes:send(#ch:recv()) end
end)
local collections = 0
collectgarbage()
collectgarbage("setpause", 1000) -- Lua makes none of its own
setmetatable({}, { __gc = function() collections = collections + 1 end })
local kept = {}
for i = 1, 14 do
    kept[i] = plait.Channel(1)
    kept[i]:send(text)
    inbox:send(kept[i])
    assert(sizes:recv() == #text)
end
print(collections) --> 0
inbox:close()
receiver:join()
