-- ipairs, pairs and the functions of table see the elements.
local a = plait.Array("i32", {30, 10, 20})
for i, v in ipairs(a) do print(i, v) end
--> 1	30
--> 2	10
--> 3	20
for i, v in pairs(a) do print(i, v) end
--> 1	30
--> 2	10
--> 3	20
print(table.unpack(a)) --> 30	10	20
print(table.concat(a, " ")) --> 30 10 20
table.sort(a)
print(table.concat(a, " ")) --> 10 20 30
table.sort(a, function(x, y) return x > y end)
print(table.concat(table.move(a, 1, 2, 2), " ")) --> 30 30 20
for _ in ipairs(plait.Array("u8", 0)) do error("an element") end
for _ in pairs(plait.Array("u8", 0)) do error("an element") end
