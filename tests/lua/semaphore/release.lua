-- release(k) gives k permits at once, to those who wait first; anybody may release, and there may become more.
local sem = plait.Semaphore(0)
local woken = 0
for _ = 1, 3 do async(function() sem:acquire() woken = woken + 1 end) end
plait.yield()
print(sem:release(2)) -->
plait.yield()
print(woken, sem:free()) --> 2	0
sem:release(4)
plait.yield()
print(woken, sem:free()) --> 3	3
await(spawn_thread(sem.release, sem))
await(spawn_process(function() sem:release(2) end))
print(sem:free()) --> 6
