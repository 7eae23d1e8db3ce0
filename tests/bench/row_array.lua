-- Elements of an Array, and the array itself.
--   array_get, array_set  an element of 1024, read or written in turn
--   plain_get, plain_set  the same of a plain table
--   array_add             an element, in one step
--   array_hand            an Array of 1e7 f64 that is filled is handed to a new
--                         process, which reads one element and ends
--   array_hand_small      the same with ten elements
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("Array", "spawn_process") then return end

local MASK = 1023

local function measure_access(kind, t)
    for i = 1, MASK + 1 do t[i] = i + 0.5 end
    bench.measure(kind .. "_get", function(count)
        local x
        for i = 1, count do x = t[(i & MASK) + 1] end
        assert(x)
    end)
    bench.measure(kind .. "_set", function(count)
        for i = 1, count do t[(i & MASK) + 1] = 1.5 end
    end)
end

measure_access("plain", {})
measure_access("array", plait.Array("f64", MASK + 1))

bench.measure("array_add", function(count)
    local a = plait.Array("f64", MASK + 1)
    for i = 1, count do a:add((i & MASK) + 1, 1.5) end
end)

local function last(a) return a[#a] end

local function measure_hand(name, n)
    local a = plait.Array("f64", n)
    a:fill(1)
    bench.measure(name, function(count)
        for _ = 1, count do assert(await(spawn_process(last, a)) == 1) end
    end)
end

measure_hand("array_hand", 1e7)
measure_hand("array_hand_small", 10)
