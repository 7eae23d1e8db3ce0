-- update is one step for others: f is called again if the value was changed meanwhile; f may wait.
local t = plait.Table{n = 1}
print(plait.update(t, "n", function(n) return n * 2 end), t.n) --> 2	2
local calls = 0
local slow = async(function()
    return plait.update(t, "n", function(n)
        calls = calls + 1
        plait.yield()
        return n + 1
    end)
end)
plait.yield()
t.n = 10
print(await(slow), calls, t.n) --> 11	2	11
-- The same value once more is a change, and so is one that came and went.
calls = 0
slow = async(function() return plait.update(t, "gone", function(v) calls = calls + 1; plait.yield(); return calls end) end)
plait.yield()
t.gone = 1
t.gone = nil
print(await(slow), calls) --> 2	2
-- nil removes; a plain table becomes a Table, which is what is returned.
print(plait.update(t, "n", function() end), t.n) --> nil	nil
local made = plait.update(t, "list", function(list) return {list, 1} end)
print(made == t.list, made[1], made[2]) --> true	nil	1
print(plait.update(t, "list", function(list) list[1] = "x"; return list end) == made, made[1]) --> true	x
print(plait.update(t, 1.0, function() return "one" end), t[1]) --> one	one
print(plait.update(t, "f", function() return function() return "called" end end)(), t.f()) --> called	called
-- An error of f leaves the value as it is.
print(pcall(plait.update, t, 1, function() error("no", 0) end)) --> false	no
print(t[1]) --> one
for _, arguments in ipairs{{{}, 1, print}, {t, {}, print}, {t, 1, 5}} do
    local ok, err = pcall(plait.update, table.unpack(arguments, 1, 3))
    print(plait.kind(err), err.message:match("update.lua:%d+: (.*)"))
end
--> usage	update: argument 1 is a table, not a Table
--> usage	Table: a key cannot be a table; it is a boolean, a number, a string or a shared object
--> usage	update: argument 3 is 5 (a number), not a function
