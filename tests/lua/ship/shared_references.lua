-- A table that is reached twice is one table on the other side.
local shared = {}
local first, second = {shared}, {shared, shared}
for _, start in ipairs{spawn_thread, spawn_process} do
    local a, b, c = await(start(function(x, y, z)
        assert(x[1] == y[1] and y[1] == y[2] and x[1] == z and z == shared and x == first)
        return x, y, z
    end, first, second, shared))
    print(a[1] == b[1], b[1] == b[2], c == a[1], c ~= shared)
end
--> true	true	true	true
--> true	true	true	true
