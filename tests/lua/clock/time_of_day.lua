-- os.time, os.date and os.clock follow the virtual clock, which starts at the beginning of 2000, and so do Python's names.
local time = require "plait.time"
local before = os.time()
print(math.abs(time.time() - before) < 60, math.abs(os.time() - before) < 60) --> true	true
local clock = require "plait.test.clock".start()
print(os.time(), os.date("!%Y-%m-%d %H:%M:%S"), os.clock(), time.time()) --> 946684800	2000-01-01 00:00:00	0.0	946684800.0
sleep(86400 + 3.5)
print(os.time(), os.date("!%Y-%m-%d %H:%M:%S"), os.clock(), time.time()) --> 946771203	2000-01-02 00:00:03	86403.5	946771203.5
print(time.monotonic(), time.perf_counter(), time.monotonic_ns()) --> 86403.5	86403.5	86403500000000
print(os.time{year = 2000, month = 1, day = 2, hour = 12} - os.time{year = 2000, month = 1, day = 1, hour = 12}) --> 86400
print(os.date("!%Y", 0), os.date("!*t").day, await(spawn_thread(os.time))) --> 1970	2	946771203
clock:stop()
print(math.abs(os.time() - before) < 60, os.clock() < 60) --> true	true
