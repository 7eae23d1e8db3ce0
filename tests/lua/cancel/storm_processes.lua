-- The same with two processes, a thread and the main script. PLAIT_STRESS=1: 100,000 waits.
local storm = require "storm"
local count = os.getenv("PLAIT_STRESS") and 25000 or 200
local objects = storm.objects()
local function work(i, n, o) return { require "storm".work(i, n, 1000000 * i, o) } end
local canceller = async(storm.cancel_others, objects)
local handles = { spawn_process(work, 1, count, objects), spawn_process(work, 2, count, objects), spawn_thread(work, 3, count, objects) }
local results = { work(4, count, objects) }
for _, h in ipairs(handles) do results[#results + 1] = await(h) end
objects.handles:close()
await(canceller)
local wrong, cancelled = storm.check(objects, results)
print(wrong, cancelled and cancelled > count / 2) --> nil	true
