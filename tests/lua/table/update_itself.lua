-- The function of an update cannot change what it is called for; anything else it may.
local t, v = plait.Table{n = 1, m = 1}, plait.Value(1)
local function show(ok, err) print(ok, plait.kind(err), err.message:match("lua:%d+: (.*)")) end
show(pcall(plait.update, t, "n", function() t.n = 2 end))
--> false	usage	Table: the function of update cannot change the value it is called for; it returns the new one
show(pcall(plait.update, t, "n", function() return plait.update(t, "n", function() end) end))
--> false	usage	update: the function of update cannot change the value it is called for; it returns the new one
t[1] = "x"
show(pcall(plait.update, t, 1, function() return coroutine.wrap(function() t[1.0] = "y" end)() end))
--> false	usage	Table: the function of update cannot change the value it is called for; it returns the new one
print(t.n, v.value) --> 1	1
-- Another key, another object, another strand.
print(plait.update(t, "n", function(n)
    t.m = t.m + plait.update(t, "k", function(k) return (k or 0) + 1 end)
    v:add(1)
    return n + t.m
end), t.m, v.value) --> 3	2	2
print(plait.update(t, "n", function(n)
    if n == 3 then await(async(function() t.n = 7 end)) end
    return n + 1
end)) --> 8
-- A coroutine that was left inside of its update is in nobody's way.
local left = coroutine.wrap(function() plait.update(t, "n", function(n) coroutine.yield("left"); return n end) end)
print(left(), plait.update(t, "n", function(n) return n + 1 end)) --> left	9
-- After an error everything is as before.
pcall(plait.update, t, "n", error)
t.n = 1
print(t.n) --> 1
