-- Where Lua cannot be suspended select raises before anything is registered.
local a = plait.Channel()
local ok, err = pcall(await, async(function()
    local list = { 3, 1, 2 }
    table.sort(list, function(x, y)
        plait.select{ a, a:sending(1) }
        return x < y
    end)
end))
print(ok, err) --> false	cannot_wait.lua:6: cannot wait (select) inside the C function 'sort', called at cannot_wait.lua:5: it cannot be suspended
print(a:try_send(1), a:try_recv()) --> false	nil	empty
