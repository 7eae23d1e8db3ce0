-- E13 with Python's names: five threads that work, here sleep, for two seconds at the same time.

local threading = require "plait.threading"
local time = require "plait.time"

local function worker(i)
    print("Worker " .. i .. " starting")
    time.sleep(2)
    print("Worker " .. i .. " finished")
end

local threads = {}
for i = 0, 4 do
    local thread = threading.Thread{target = worker, args = {i}}
    table.insert(threads, thread)
    thread:start()
end

for _, thread in ipairs(threads) do
    thread:join()
end
