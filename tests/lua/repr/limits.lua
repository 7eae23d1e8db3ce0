-- Of one table options.elements elements are shown, default 1000, and a hundred times as many of the whole value.
local numbers = {}
for i = 1, 1023 do numbers[i] = i end
print(plait.repr(numbers):match("999.*")) --> 999, 1000, ... 23 more]
print(plait.repr({1, 2, 3}, {elements = 2})) --> [1, 2, ... 1 more]
print(plait.repr({1, 2, x = 3, y = 4}, {elements = 3})) --> {1, 2, x = 3, ... 1 more}
print(plait.repr({1, 2}, {elements = 0})) --> [... 2 more]

local twice = {}
for _ = 1, 100 do twice = {twice, twice} end
print(#plait.repr(twice, {depth = math.huge}) < 1000000) --> true
