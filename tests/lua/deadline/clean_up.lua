-- Clean-up in the block may wait; other waits that end in time are not lost.
local ch = plait.Channel(1)
ch:send("kept")
print(pcall(function()
    local d <close> = plait.deadline(0.001)
    local c <close> = setmetatable({}, { __close = function() sleep(0.002) print("cleaned up") end })
    plait.Channel():recv()
end))
--> cleaned up
--> false	clean_up.lua:7: timeout: recv for Channel 2 did not end within 0.001 s (deadline at clean_up.lua:5)
print(ch:recv()) --> kept
