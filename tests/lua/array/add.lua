-- add returns the sum, which is the element now; a sum that does not fit is refused.
local a = plait.Array("u8", {250, 7})
print(a:add(1, 5), a:add(1, -255), a[1]) --> 255	0	0
print(a:add(2, 3.0), a[2]) --> 10	10
local function refused(...)
    local ok, err = pcall(...)
    print(plait.kind(err), (err.message:gsub("^[%w_]+%.lua:%d+: ", "")))
end
refused(a.add, a, 2, 246) --> usage	Array:add: 10 + 246 does not fit into u8 (0 to 255)
refused(a.add, a, 2, -11) --> usage	Array:add: 10 + -11 does not fit into u8 (0 to 255)
refused(a.add, a, 2, math.maxinteger) --> usage	Array:add: 10 + 9223372036854775807 does not fit into u8 (0 to 255)
refused(a.add, a, 2, 0.5) --> usage	Array:add: 0.5 is no integer, as u8 needs one
refused(a.add, a, 2, "1") --> usage	Array:add: "1" (a string) does not fit into u8 (0 to 255)
print(a[1], a[2]) --> 0	10
local i64 = plait.Array("i64", {math.maxinteger})
print(i64:add(1, 1) == math.mininteger) --> true
local u64 = plait.Array("u64", {-1})
print(u64:add(1, 1), u64:add(1, -1)) --> 0	-1
local f64 = plait.Array("f64", {0.5})
print(f64:add(1, 1), f64:add(1, 0.25), f64:add(1, math.huge)) --> 1.5	1.75	inf
local f32 = plait.Array("f32", {2.0^127})
refused(f32.add, f32, 1, 2.0^127) --> usage	Array:add: 1.7014118346047e+38 + 1.7014118346047e+38 does not fit into f32 (numbers up to 3.4e38)
print(f32:add(1, -math.huge), f32:add(1, 1)) --> -inf	-inf
