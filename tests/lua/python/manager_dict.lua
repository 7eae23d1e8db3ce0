-- multiprocessing.Manager().dict: a table that processes share, with Python's methods.
local multiprocessing = require "plait.multiprocessing"
local manager <close> = multiprocessing.Manager()
local d = manager:dict{a = 1}
local function work(its, name)
    its[name] = {by = name}
    its[name].done = true
    for _ = 1, 20 do
        local n = its:pop("token")
        if n then its.token = n + 1 end
        plait.update(plait.shared, "count", function(c) return (c or 0) + 1 end)
    end
end
local children = {}
for i = 1, 2 do
    children[i] = multiprocessing.Process{target = work, args = {d, "p" .. i}}
    children[i]:start()
end
async(work, d, "task")
for _, child in ipairs(children) do child:join() end
print(d.p1.by, d.p2.done, d.a, #d, d.nothing) --> p1	true	1	4	nil
print(d:get("a"), d:get("b"), d:get("b", 7), d:setdefault("a", 5), d:setdefault("b", 6)) --> 1	nil	7	1	6
print(d:pop("a"), d:pop("a"), d:pop("a", "gone"), d.a) --> 1	nil	gone	nil
d:clear()
d:update{x = 1, y = 2}
d:update(manager:dict{z = 3})
local keys, values, pairs_of = d:keys(), d:values(), {}
table.sort(keys)
table.sort(values)
for k, v in d:items() do pairs_of[k] = v end
print(table.concat(keys), table.concat(values), pairs_of.x + pairs_of.y + pairs_of.z) --> xyz	123	6
local copy, sum = d:copy(), 0
d.x = 100
for _, v in pairs(d) do sum = sum + v end
print(copy.x, sum, d) --> 1	105	dict{x = 100, y = 2, z = 3}
print(select(2, pcall(function() d.keys = 1 end))) --> manager_dict.lua:36: a dict has a method 'keys', so this cannot be a key; use a plait.Table
print(select(2, pcall(function() d:update(5) end))) --> manager_dict.lua:37: update: argument 1 is number, not a table

local ns = manager:Namespace()
ns.x = 1
local p = multiprocessing.Process{target = function(its) its.x = its.x + 1 end, args = {ns}}
p:start()
p:join()
print(ns.x) --> 2
