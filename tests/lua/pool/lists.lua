-- map takes what is like a list: a plain table, one with its length n, an Array, an object with __index and __len.
local pool <close> = plait.Pool(2)
local function what(x) return tostring(x) end
local function run(list) return table.concat(pool:map(what, list), " ") end
local a = plait.Array("i32", 3)
for i = 1, 3 do a[i] = i * i end
print(run{ 1, 2, 3 }, run{ 1, nil, 3, n = 4 }, run(a))
print(run(setmetatable({}, { __index = function(_, i) return i * 10 end, __len = function() return 3 end })))
for v in pool:imap(function(x) return x + 1 end, a) do io.write(" ", v) end
print()
--> 1 2 3	1 nil 3 nil	1 4 9
--> 10 20 30
-->  2 5 10
