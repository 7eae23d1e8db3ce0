-- Waits of tasks that are cancelled at random: each ends once, and no lock, permit or message is lost. PLAIT_STRESS=1: 700,000 waits.
local storm = require "storm"
local preset = os.getenv("PLAIT_PRESET")
local count = os.getenv("PLAIT_STRESS") and 700000 or preset == "tsan" and 1000 or 5000
local objects = storm.objects()
local canceller = async(storm.cancel_others, objects)
local result = table.pack(storm.work(1, count, 0, objects))
objects.handles:close()
await(canceller)
local wrong, cancelled = storm.check(objects, { result })
print(wrong, cancelled and cancelled > count / 10) --> nil	true
