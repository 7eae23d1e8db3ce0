-- Deep tables travel: neither copying nor reading them uses the C stack.
local deep = {}
for i = 1, 20000 do deep = {deep} end
local function depth(t)
    local n = 0
    while t[1] do t, n = t[1], n + 1 end
    return n
end
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(depth, deep)), depth(await(start(function() return deep end))))
end
--> 20000	20000
--> 20000	20000
