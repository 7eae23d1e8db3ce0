-- The functions of `table` work on a Table; in a task of another process they say that they cannot wait.
local t = plait.Table{3, 1, 2}
table.insert(t, 5)
table.insert(t, 1, 0)
print(table.concat(t, " "), table.unpack(t)) --> 0 3 1 2 5	0	3	1	2	5
table.sort(t)
print(table.remove(t), table.concat(t, " "), select("#", table.unpack(t, 1, 4))) --> 5	0 1 2 3	4
table.move(t, 1, 4, 3)
print(table.concat(t, ",")) --> 0,1,0,1,2,3
print(await(spawn_process(function() table.insert(t, 9); return table.concat(t, ",") end))) --> 0,1,0,1,2,3,9
print(await(spawn_process(function()
    local ok, err = pcall(await, async(function() return table.unpack(t) end))
    return plait.kind(err), err.message:match("cannot wait.*function '[%a.]+'")
end))) --> usage	cannot wait (Table) inside the C function 'unpack'
print(pcall(rawget, t, 1)) --> false	bad argument #1 to 'rawget' (table expected, got plait.Table)
