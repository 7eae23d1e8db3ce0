-- The same with four threads and the main script on the same objects, which cancel each other's tasks too. PLAIT_STRESS=1: 200,000 waits.
local storm = require "storm"
local count = os.getenv("PLAIT_STRESS") and 40000 or 600
local objects = storm.objects()
local function work(i, n, o) return { require "storm".work(i, n, 1000000 * i, o) } end
local canceller = async(storm.cancel_others, objects)
local handles = {}
for i = 1, 4 do handles[i] = spawn_thread(work, i, count, objects) end
local results = { work(5, count, objects) }
for i = 1, 4 do results[#results + 1] = await(handles[i]) end
objects.handles:close()
await(canceller)
local wrong, cancelled = storm.check(objects, results)
print(wrong, cancelled and cancelled > count / 2) --> nil	true
