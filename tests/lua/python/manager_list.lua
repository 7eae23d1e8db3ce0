-- multiprocessing.Manager().list: elements 1 to #l, with Python's methods; each is one step for other processes.
local multiprocessing = require "plait.multiprocessing"
local manager = multiprocessing.Manager()
local l = manager:list()
local function work(its, name)
    for i = 1, 20 do its:append(name .. i) end
end
local children = {}
for i = 1, 3 do
    children[i] = multiprocessing.Process{target = work, args = {l, "p" .. i .. " "}}
    children[i]:start()
end
for _, child in ipairs(children) do child:join() end
print(#l, l:count("p1 1"), l:count("p3 20")) --> 60	1	1
l:clear()
l:extend{3, 1, 2}
l:extend(manager:list{5, 4})
l:append(nil)
print(l, #l, l[1], l[6], l[7]) --> list[3, 1, 2, 5, 4, nil]	6	3	nil	nil
print(l:pop(), l:pop(1), l, l:index(5), l:index(4)) --> nil	3	list[1, 2, 5, 4]	3	4
l:insert(1, 9)
l:insert(99, 1)
l:insert(3, nil)
print(l, l:count(1), l:count(nil)) --> list[9, 1, nil, 2, 5, 4, 1]	2	1
l:remove(nil)
l:remove(1)
print(l) --> list[9, 2, 5, 4, 1]
l:sort()
print(l) --> list[1, 2, 4, 5, 9]
l:sort{reverse = true}
print(l) --> list[9, 5, 4, 2, 1]
l:sort{key = function(x) return (x - 4) ^ 2 end}
print(l) --> list[4, 5, 2, 1, 9]
l:reverse()
print(l, l:copy().n, table.concat(l:copy(), "+")) --> list[9, 1, 2, 5, 4]	5	9+1+2+5+4
l[2] = "two"
l[6] = "six"
local seen = {}
for i, v in ipairs(l) do seen[i] = v end
print(table.concat(seen, " ")) --> 9 two 2 5 4 six
local function message(f) return (select(2, pcall(f)):gsub("^manager_list.lua:%d+: ", "")) end
print(message(function() l[8] = 1 end)) --> list: 8 is no index from 1 to 7
print(message(function() l:pop(9) end)) --> pop: there is no element 9
print(message(function() l:remove(77) end)) --> remove: 77 is not in the list
print(message(function() l:index(77) end)) --> index: 77 is not in the list
print(message(function() l:insert("x", 1) end)) --> insert: x is no index
print(message(function() l:sort{keys = 1} end)) --> sort: unknown option 'keys'
print(message(function() l:extend(5) end)) --> extend: argument 1 is number, not a list
l:clear()
print(message(function() l:pop() end)) --> pop: there is no element to be taken
