-- A for loop receives until the channel is closed.
local ch = plait.Channel(3)
async(function()
    for _, v in ipairs{"a", false, 3} do ch:send(v) end
    ch:close()
end)
for v in ch do print(v) end
--> a
--> false
--> 3
