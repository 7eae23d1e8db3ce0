-- Threads in the table form: arguments in a list, options by name.
print(await(spawn_thread{ math.max, 3, 9, 4 })) --> 9
local thread = spawn_thread{ function(...) return select("#", ...), ... end, 1, nil, 3, n = 4, name = "w1", daemon = false }
print(thread.name, await(thread)) --> w1	3	1	nil	3
print(to_thread{ function() end, name = "pooled" }.name) --> pooled
