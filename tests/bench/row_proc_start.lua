-- Processes are started, end, and are joined, one after another.
--   proc_start  a function that does nothing
--   proc_exec   an external program, /bin/true
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("spawn_process") then return end

local function empty() end

bench.measure("proc_start", function(count)
    for _ = 1, count do spawn_process(empty):join() end
end)

bench.measure("proc_exec", function(count)
    for _ = 1, count do assert(spawn_process("/bin/true"):join() == 0) end
end)
