-- The number of tasks alone brings a check: those that pile up unnoticed are ended.
--! status: 1
--! stderr: which nobody else can reach any more
--! stderr: more tasks wait like that; they are cancelled
local closed = 0
local closing = setmetatable({}, { __close = function() closed = closed + 1 end })
for i = 1, 3000 do
    async(function()
        local c <close> = closing
        plait.Channel():recv()
    end)
    if i % 100 == 0 then plait.yield() end
end
sleep(0.01)
print(closed >= 1000) --> true
collectgarbage() -- the rest
