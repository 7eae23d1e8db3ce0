-- A write to it is not lost, however it is reached, and so needs no leave.
counter = 0
local ok, err = pcall(function() spawn_thread(function() counter = counter + 1 end) end)
print(ok, err.message:match("use: (.*)")) --> false	plait.shared.counter
plait.shared.counter = 0
plait.shared.list = {}
local shared, list = plait.shared, plait.shared.list
await(spawn_thread(function()
    plait.shared.counter = plait.shared.counter + 1
    shared.counter = shared.counter + 1
    plait.shared.list[1] = "a"
    list[2] = "b"
    table.insert(plait.shared.list, "c")
    table.insert(list, "d")
    local here = plait.shared
    here.x = {1}
    here.x.y = 2
end))
print(plait.shared.counter, table.concat(list, " "), plait.shared.x.y) --> 2	a b c d	2
