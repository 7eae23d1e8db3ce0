-- cas replaces the value if it is raw equal to the first argument.
local value = plait.Value(1)
print(value:cas(2, 3), value.value) --> false	1
print(value:cas(1.0, "one"), value.value) --> true	one
print(value:cas("one", nil), value.value) --> true	nil
print(value:cas(nil, false), value.value) --> true	false
print(value:cas(nil, 1), value:cas(false, 2), value.value) --> false	true	2
