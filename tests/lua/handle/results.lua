-- await returns everything the function returned, nils included.
local function f(...) return ... end
print(select("#", await(async(f)))) --> 0
print(select("#", await(async(f, nil)))) --> 1
print(select("#", await(async(f, nil, nil, nil)))) --> 3
print(select("#", await(spawn_thread(f, nil, nil)))) --> 2
print(select("#", await(spawn_process(f, nil, nil)))) --> 2
print(await(async(f, 1, nil, false, nil, "x"))) --> 1	nil	false	nil	x
local t = {}
print(await(async(f, t)) == t) --> true
local many = {}
for i = 1, 250 do many[i] = i end
local all = table.pack(await(async(f, table.unpack(many))))
print(all.n, all[1], all[250]) --> 250	1	250
