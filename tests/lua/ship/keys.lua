-- Keys keep their kind: integers, floats, booleans, strings, tables, functions; lists may have holes.
local key, call = {}, print
local t = {10, 20, nil, 40, [0] = "zero", [-1] = "minus", [1.5] = "float", [2^53] = "big", [math.mininteger] = "min",
    [math.huge] = "inf", [true] = "yes", [false] = "no", ["1"] = "string", [""] = "empty", [key] = key, [call] = "print"}
for _, start in ipairs{spawn_thread, spawn_process} do
    local back, k = await(start(function(...) return ... end, t, key))
    local count = 0
    for name, v in pairs(back) do
        count = count + 1
        if type(name) ~= "table" then assert(t[name] == v, tostring(name)) end
    end
    print(count, back[1], back[4], back[3], back[1.5], back[2^53], back[k] == k, back[print], math.type(next({[back[1]] = 1})))
end
--> 15	10	40	nil	float	big	true	print	integer
--> 15	10	40	nil	float	big	true	print	integer
