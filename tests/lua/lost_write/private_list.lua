-- private = {names}: only the variables that are named may be written to.
local counter, list, other = 1, {}, 1
total = 1
print(await(spawn_thread{ function()
    counter, total, list[1] = counter + 1, total + 1, "x"
    return counter, total, list[1]
end, private = {"counter", "list", "total"} })) --> 2	2	x
print(counter, total, #list) --> 1	1	0
local ok, err = pcall(spawn_thread, { function()
    counter = counter + 1
    other = 2
end, private = {"counter"} })
print(ok, tostring(err):match("assigns captured local '%w+' %(private_list.lua:11%)")) --> false	assigns captured local 'other' (private_list.lua:11)
print((pcall(spawn_thread, { function() counter = 2 end, private = {} })), (pcall(spawn_thread, { function() counter = 2 end, private = false })))
--> false	false
