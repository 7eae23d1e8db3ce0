-- plait.time: Python's names for clocks. All in seconds, with fractions.
--
--     local time = require "plait.time"
--     local start = time.perf_counter()
--     time.sleep(0.5)
--     print(time.perf_counter() - start)

local internal = require "plait.internal"
local plait = require "plait"

local time = {}

-- time.sleep(seconds) suspends the calling strand only: other tasks of the state run on, unlike in Python.
time.sleep = plait.sleep

-- time.monotonic(), time.perf_counter(): seconds since some moment in the past; never goes back.
time.monotonic = plait.now
time.perf_counter = plait.now

-- time.process_time(): CPU seconds used by the whole process, all its threads together.
time.process_time = os.clock

-- time.time(): seconds since 1970-01-01 UTC.
time.time = internal.seconds

local function nanoseconds(clock)
    return function() return math.floor(clock() * 1e9) end
end

-- time.time_ns(), monotonic_ns(), perf_counter_ns(): the same as whole nanoseconds.
time.time_ns, time.monotonic_ns = nanoseconds(time.time), nanoseconds(time.monotonic)
time.perf_counter_ns = time.monotonic_ns

return time
