-- A Value holds numbers, booleans, strings and nil, exactly.
local long = ("long "):rep(20)
for _, v in ipairs{1, 1.5, true, false, "short", "a\0b", long, math.mininteger, -0.0} do
    local value = plait.Value(v)
    assert(rawequal(value:get(), v) and math.type(value.value) == math.type(v))
end
print(plait.Value().value, plait.Value(nil):get()) --> nil	nil
print(plait.Value(3), plait.Value("x"), plait.Value(2.0)) --> Value(3)	Value(x)	Value(2.0)
print(select(2, pcall(plait.Value, {}))) --> kinds.lua:9: Value holds numbers, booleans and strings, not a table
local value = plait.Value(1)
local ok, err = pcall(value.set, value, print)
print(ok, plait.kind(err), value.value) --> false	usage	1
print(pcall(function() value.other = 1 end)) --> false	kinds.lua:13: cannot set field 'other' of a Value; its content is the field 'value'
print(value.other) --> nil
