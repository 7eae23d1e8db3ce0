-- try takes a permit that is free, and does not wait.
local sem = plait.Semaphore(1)
print(sem:try() == sem, sem:try(), sem:free()) --> true	nil	0
print(await(spawn_thread(function() return sem:try() end))) --> nil
print(await(spawn_process(function() return sem:try() end))) --> nil
sem:release()
print(await(spawn_process(function() return sem:try() == sem, sem:try() end))) --> true	nil
