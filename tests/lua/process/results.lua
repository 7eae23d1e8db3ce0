-- await gives all results of a process, nils included, again and again.
local process = spawn_process(function(...) return select("#", ...), ..., nil end, nil, "b", nil)
print(await(process)) --> 3	nil	nil
print(process:join()) --> 3	nil	nil
print(select("#", await(spawn_process(function() return nil, 1, nil end)))) --> 3
print(process.kind, process:status(), process:done()) --> process	done	true
