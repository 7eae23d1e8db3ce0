-- A shared Table holds arrays as they are, and gives them to every process.
local a = plait.Array("i32", {1, 2})
local t = plait.Table{ list = {a}, [a] = "as a key" }
print(t.list[1] == a, t[a]) --> true	as a key
plait.shared.array = a
for _, start in ipairs{ spawn_thread, spawn_process } do
    print(await(start(function()
        t.list[1]:add(1, 10)
        t.made = plait.Array("u8", {7})
        return t.list[1] == plait.shared.array, t[plait.shared.array], a == t.list[1]
    end)))
    print(a[1], t.made, t.made[1])
end
--> true	as a key	true
--> 11	Array("u8", 1)	7
--> true	as a key	true
--> 21	Array("u8", 1)	7
