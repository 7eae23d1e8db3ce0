-- Functions made by load travel as well, stripped or not.
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(load("return 1 + ...", "=chunk"), 2)))
    local stripped = load(string.dump(load("local n = ... return n * 2"), true), "=stripped", "b")
    print(await(start(stripped, 21)))
    print(await(start(function() return load("return 'made there'")() end)))
end
--> 3
--> 42
--> made there
--> 3
--> 42
--> made there
