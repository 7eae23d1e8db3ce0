-- E14 with Python's names: five processes that work, here sleep, for two seconds at the same time.

local multiprocessing = require "plait.multiprocessing"
local time = require "plait.time"

local function worker(i)
    print("Worker " .. i .. " starting")
    time.sleep(2)
    print("Worker " .. i .. " finished")
end

local processes = {}
for i = 0, 4 do
    local process = multiprocessing.Process{target = worker, args = {i}}
    table.insert(processes, process)
    process:start()
end

for _, process in ipairs(processes) do
    process:join()
end
