-- The function of an update cannot change the Value it is called for; anything else it may.
local v, other = plait.Value(1), plait.Value(1)
local function show(ok, err) print(ok, plait.kind(err), err.message:match("lua:%d+: (.*)")) end
show(pcall(v.update, v, function() return v:update(function() end) end))
--> false	usage	Value:update: the function of Value:update cannot change the value it is called for; it returns the new one
show(pcall(v.update, v, function() v.value = 1 end))
--> false	usage	Value:set: the function of Value:update cannot change the value it is called for; it returns the new one
show(pcall(v.update, v, function() v:add(1) end))
--> false	usage	Value:add: the function of Value:update cannot change the value it is called for; it returns the new one
show(pcall(v.update, v, function() v:cas(1, 2) end))
--> false	usage	Value:cas: the function of Value:update cannot change the value it is called for; it returns the new one
print(v.value, v:update(function(n) return n + other:add(1) + other:update(function(m) return m * 2 end) end)) --> 1	7
print(v:update(function(n)
    if n == 7 then await(async(function() v:add(1) end)) end
    return n
end)) --> 8
-- A coroutine that was left inside of its update is in nobody's way, nor is one that failed.
local left = coroutine.wrap(function() v:update(function(n) coroutine.yield("left"); return n end) end)
print(left(), pcall(v.update, v, error), v:update(function(n) return n + 1 end)) --> left	false	9
v.value = 1
print(await(spawn_process(function()
    return plait.kind(select(2, pcall(v.update, v, function() v.value = 2 end))), v:update(function(n) return n + 1 end)
end))) --> usage	2
