-- Tasks are started, run an empty function, end, and are awaited.
--   task_start  a batch of them at a time, as a program that fans out does
--   task_await  one at a time, each with a wait of its own
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("async", "await") then return end

local BATCH = 100

local function empty() end

bench.measure("task_start", function(count)
    local tasks = {}
    for _ = 1, count do
        for i = 1, BATCH do tasks[i] = async(empty) end
        for i = 1, BATCH do await(tasks[i]) end
    end
end, BATCH)

bench.measure("task_await", function(count)
    for _ = 1, count do await(async(empty)) end
end)
