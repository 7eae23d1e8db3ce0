-- A string stays that string, in tasks, threads and processes; error adds the position as ever, and nothing else does.
for _, start in ipairs{async, spawn_thread, to_thread, spawn_process} do
    print(pcall(await, start(function() error("positioned") end)))
    print(pcall(await, start(function() error("plain", 0) end)))
end
--> false	strings.lua:3: positioned
--> false	plain
--> false	strings.lua:3: positioned
--> false	plain
--> false	strings.lua:3: positioned
--> false	plain
--> false	strings.lua:3: positioned
--> false	plain
