-- The table form is the same for every verb that starts something.
local function f(a, b) return b, a end
print(spawn_thread{ f, 1, 2, name = "t" }.name) --> t
print(spawn_process{ f, 1, 2, name = "p" }.name) --> p
print(to_thread{ f, 1, 2, name = "s" }.name) --> s
print(plait.after{ 0, f, 1, 2, name = "a" }.name) --> a
local e = plait.every{ 60, f, name = "e", daemon = true }
print(e.name) --> e
print(await(spawn_thread{ f, 1, 2 })) --> 2	1
print(await(spawn_process{ f, 1, 2 })) --> 2	1
print(await(to_thread{ f, 1, 2 })) --> 2	1
print(await(plait.after{ 0, f, 1, 2 })) --> 2	1
