-- Writes in nested functions are found at any depth.
local count = 0
local function outer()
    local function middle()
        return function()
            local inner = function()
                count = count + 1
            end
            inner()
        end
    end
    middle()()
end
print(tostring(select(2, pcall(function() spawn_thread(outer) end))):match("^[^\n]*"))
--> nested.lua:14: cannot start thread: 'outer' (nested.lua:3) assigns captured local 'count' (nested.lua:7)
print(tostring(select(2, pcall(function()
    spawn_thread(function() return function() deep = 1 end end)
end))):match("assigns global 'deep' %(nested.lua:17%)")) --> assigns global 'deep' (nested.lua:17)
