-- One queue for tasks, threads and processes, captured or handed over; None ends a consumer.
local queue = require "plait.queue"
local threading = require "plait.threading"
local multiprocessing = require "plait.multiprocessing"

local numbers, sums = queue.Queue(5), queue.SimpleQueue()
local function consume(from)
    local sum = 0
    for n in from.get, from do sum = sum + n end
    sums:put(sum)
end
local consumers = {
    threading.Thread{target = consume, args = {numbers}},
    threading.Thread{target = function() consume(numbers) end},
    multiprocessing.Process{target = consume, args = {numbers}},
}
for _, consumer in ipairs(consumers) do consumer:start() end
local task = async(consume, numbers)
for n = 1, 300 do numbers:put(n) end
for _ = 1, 4 do numbers:put(nil) end
for _, consumer in ipairs(consumers) do consumer:join() end
await(task)
print(sums:get() + sums:get() + sums:get() + sums:get(), sums:empty(), numbers:qsize()) --> 45150	true	0
