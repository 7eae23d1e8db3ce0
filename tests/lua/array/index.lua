-- Elements are numbered from 1 to #a; any other index is an error, but for C code such as ipairs, which finds the end.
local a = plait.Array("i32", {10, 20, 30})
local function refused(f)
    local ok, err = pcall(f)
    print(plait.kind(err), err.message)
end
print(a[1], a[3], a[2.0]) --> 10	30	20
refused(function() return a[0] end) --> usage	index.lua:8: Array: index 0 is not in 1 to 3
refused(function() return a[4] end) --> usage	index.lua:9: Array: index 4 is not in 1 to 3
refused(function() return a[-1] end) --> usage	index.lua:10: Array: index -1 is not in 1 to 3
refused(function() return a[math.mininteger] end) --> usage	index.lua:11: Array: index -9223372036854775808 is not in 1 to 3
refused(function() return a[1.5] end) --> usage	index.lua:12: Array: index 1.5 is no integer
refused(function() return a[1e300] end) --> usage	index.lua:13: Array: index 1e+300 is no integer
refused(function() return a[{}] end) --> usage	index.lua:14: Array: index is a table, not an integer
refused(function() return a[true] end) --> usage	index.lua:15: Array: index is true (a boolean), not an integer
refused(function() a[4] = 1 end) --> usage	index.lua:16: Array: index 4 is not in 1 to 3
refused(function() a[0] = 1 end) --> usage	index.lua:17: Array: index 0 is not in 1 to 3
refused(function() a[1.5] = 1 end) --> usage	index.lua:18: Array: index 1.5 is no integer
refused(function() a.x = 1 end) --> usage	index.lua:19: cannot set field 'x' of an Array; its elements are numbered from 1
refused(function() a["1"] = 1 end) --> usage	index.lua:20: cannot set field '1' of an Array; its elements are numbered from 1
refused(function() a:add(4, 1) end) --> usage	index.lua:21: Array: index 4 is not in 1 to 3
refused(function() a:add("1", 1) end) --> usage	index.lua:22: Array: index is "1" (a string), not an integer
refused(function() a:add() end) --> usage	index.lua:23: Array: index is nil
local none = plait.Array("u8", 0)
refused(function() return none[1] end) --> usage	index.lua:25: Array: index 1 in an empty array
refused(function() none[1] = 1 end) --> usage	index.lua:26: Array: index 1 in an empty array
print(a[1], a[2], a[3]) --> 10	20	30
