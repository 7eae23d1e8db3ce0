-- One strand reads and writes a shared Table.
--   table_get  a field by name
--   table_set  the same
--   table_update  the same by a function, in one step
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("Table") then return end

local t = plait.Table{ counter = 0, name = "x" }

bench.measure("table_get", function(count)
    local last
    for _ = 1, count do last = t.counter end
    return last
end)

bench.measure("table_set", function(count)
    for i = 1, count do t.counter = i end
end)

bench.measure("table_update", function(count)
    local function add(n) return n + 1 end
    for _ = 1, count do plait.update(t, "counter", add) end
end)
