-- Reading and writing a Value are two steps: an addition of another thread between them is lost.
local count = plait.Value(0)
local function work() count.value = count.value + 1 end
gather(spawn_thread(work), spawn_thread(work))
assert(count.value == 2, "an addition was lost")
