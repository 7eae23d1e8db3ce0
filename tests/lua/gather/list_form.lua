-- gather{ ... } takes a list of handles and functions.
local list = gather{ async(function() return 1 end), function() return 2 end, spawn_thread(function() return 3 end) }
print(list[1], list[2], list[3], list.n) --> 1	2	3	3
local tasks = {}
for i = 1, 500 do tasks[i] = async(function() return i end) end
local results = gather(tasks)
print(results.n, results[1], results[500]) --> 500	1	500
