-- A finalizer that started a strand in a scope, while another one was being started in it, took the place of that one.
local count = 0
local function work() count = count + 1 end
plait.scope(function(s)
    for i = 1, 2000 do
        setmetatable({}, { __gc = function()
            if count < 1000 then s:async(work) end
        end })
        s:async(work)
        if i % 20 == 0 then sleep(0) end
    end
end)
print(count >= 2000) --> true
