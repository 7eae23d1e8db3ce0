-- An array is made of a type and a count, or of a type and a list.
local a = plait.Array("f64", 3)
print(#a, a.type, a[1], a[2], a[3]) --> 3	f64	0.0	0.0	0.0
print(#plait.Array("u8", 4.0), #plait.Array("i16", 0)) --> 4	0
local b = plait.Array("i32", {5, -6, 7.0})
print(#b, b[1], b[2], b[3]) --> 3	5	-6	7
local c = plait.Array("f32", b)
print(#c, c[1], c[2], c[3], c ~= b) --> 3	5.0	-6.0	7.0	true
print(#plait.Array("u64", {})) --> 0
print(a, c) --> Array("f64", 3)	Array("f32", 3)
print(a.nothing) --> nil
