-- add returns the sum: integers stay integers and wrap around; what is no number is an error.
local value = plait.Value(1)
print(value:add(2), value:add(-5)) --> 3	-2
print(value:add(0.5), value.value) --> -1.5	-1.5
value.value = math.maxinteger
print(value:add(1) == math.mininteger) --> true
print(select(2, pcall(function() value:add("1") end))) --> add.lua:7: Value:add: argument 1 is "1" (a string), not a number
value.value = "7"
print(select(2, pcall(function() value:add(1) end))) --> add.lua:9: Value:add: the value is "7" (a string), not a number
print(value.value) --> 7
