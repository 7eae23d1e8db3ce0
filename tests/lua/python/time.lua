-- plait.time: clocks in seconds; sleep suspends only the strand that sleeps.
local time = require "plait.time"

local start, cpu = time.perf_counter(), time.process_time()
time.sleep(0.02)
local slept = time.monotonic() - start
print(slept >= 0.02) --> true
print(time.process_time() >= cpu) --> true
print(math.abs(time.time() - os.time()) < 2) --> true
print(math.type(time.time())) --> float

local order = {}
local sleeper = async(function()
    time.sleep(0.01)
    table.insert(order, "sleeper")
end)
table.insert(order, "main")
await(sleeper)
print(table.concat(order, " ")) --> main sleeper
