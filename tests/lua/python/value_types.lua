-- multiprocessing.Value takes what its type code can hold, and nothing else.
local mp = require "plait.multiprocessing"
local function refused(f)
    print((select(2, pcall(f)).message))
end
local i, b, d = mp.Value("i", 5.0), mp.Value("b"), mp.Value("d", 1)
refused(function() i.value = 1.5 end) --> value_types.lua:7: Value: 1.5 is no integer
refused(function() i.value = 1 << 31 end) --> value_types.lua:8: Value: 2147483648 does not fit into 'i' (-2147483648 to 2147483647)
refused(function() b.value = 300 end) --> value_types.lua:9: Value: 300 does not fit into 'b' (-128 to 127)
refused(function() mp.Value("b", 300) end) --> value_types.lua:10: Value: 300 does not fit into 'b' (-128 to 127)
refused(function() mp.Value("B", -1) end) --> value_types.lua:11: Value: -1 does not fit into 'B' (0 to 255)
refused(function() d.value = "x" end) --> value_types.lua:12: Value: "x" (a string) is not a number
d.value, b.value = 3, -128
i.value = i.value + 1
print(i.value, b.value, d.value, mp.Value("Q", math.maxinteger).value) --> 6	-128	3.0	9223372036854775807
print(await(spawn_process(function() i.value = 7 return pcall(function() i.value = 0.5 end) end)), i.value) --> false	7

-- items() of a dict of a manager is a list, and an iterator.
local dict = mp.Manager():dict{ a = 1 }
print(#dict:items(), dict:items()[1][1], dict:items()[1][2]) --> 1	a	1
for key, value in dict:items() do print(key, value) end --> a	1
