-- await gives all results of a thread, nils included, again and again.
local thread = spawn_thread(function(...) return select("#", ...), ..., nil end, nil, "b", nil)
print(await(thread)) --> 3	nil	nil
print(select("#", await(spawn_thread(function() return nil, 1, nil end)))) --> 3
print(thread:await()) --> 3	nil	nil
print(thread:join()) --> 3	nil	nil
print(select("#", await(spawn_thread(function() end)))) --> 0
