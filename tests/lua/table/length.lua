-- # is a border, as of any table.
local t = plait.Table()
print(#t, #plait.Table{1, 2, 3}, #plait.Table{x = 1}) --> 0	3	0
for i = 1, 1000 do t[#t + 1] = i end
print(#t) --> 1000
for _ = 1, 400 do t[#t] = nil end
print(#t, t[600], t[601]) --> 600	600	nil
t[300] = nil
local n = #t
print(n == 299 or n == 600) --> true
local backwards = plait.Table()
for i = 500, 1, -1 do backwards[i] = i end
print(#backwards) --> 500
print(await(spawn_process(function() t[601] = "x"; return #backwards, #t == 601 or #t == 299 end))) --> 500	true
