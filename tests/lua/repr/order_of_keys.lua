-- Integers, strings, floats, booleans, anything else; each kind in its own order.
local t = {z = 1, a = 2, [20] = 3, [-3] = 4, [7] = 5, [true] = 6, [false] = 7, [2.5] = 8, [-0.5] = 9, [1e300] = 10}
print(plait.repr(t)) --> {[-3] = 4, [7] = 5, [20] = 3, a = 2, z = 1, [-0.5] = 9, [2.5] = 8, [1e+300] = 10, [false] = 7, [true] = 6}
local key = setmetatable({}, {__tostring = function() return "key" end})
print(plait.repr({[key] = 1, x = 2})) --> {x = 2, [key] = 1}
print((plait.repr({[{}] = 1}):gsub("0x%x+", "ADDRESS"))) --> {[table: ADDRESS] = 1}
