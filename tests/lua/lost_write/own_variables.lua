-- Writes to parameters, locals, loop variables and upvalues of the function's own are no lost writes.
local base = {10}
print(await(spawn_thread(function(a, t, ...)
    local n, list, rest = 0, {}, {...}
    a = a + 1
    t.x, t[1] = a, 2
    for i = 1, 3 do n = n + i list[i] = n list.n = i table.insert(list, i) end
    for k, v in pairs(t) do k, v = v, k end
    local function bump() n = n + 1 list[1] = n end
    bump()
    ;(function(inner) inner.y = 1 n = n * 2 end)(t)
    rest[#rest + 1] = base[1]
    table.insert(rest, 1)
    table.sort(rest)
    local counter = base[1]
    counter = counter + 1
    return n, #list, t.y, #rest, counter
end, 1, {}, 5))) --> 14	4	1	3	11
