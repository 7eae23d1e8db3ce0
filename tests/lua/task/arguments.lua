-- All arguments arrive, nils included, and are the very same values.
local t = {}
local function f(...) return select("#", ...), ... end
print(await(async(f))) --> 0
print(await(async(f, nil))) --> 1	nil
print(await(async(f, 1, nil, "x", nil))) --> 4	1	nil	x	nil
print(await(async(rawequal, t, t))) --> true
local many = {}
for i = 1, 200 do many[i] = i end
print((await(async(f, table.unpack(many))))) --> 200
