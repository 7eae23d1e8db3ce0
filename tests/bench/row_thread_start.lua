-- Threads are started, run an empty function, end, and are joined, one after
-- another.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("spawn_thread") then return end

local function empty() end

bench.measure("thread_start", function(count)
    for _ = 1, count do spawn_thread(empty):join() end
end)
