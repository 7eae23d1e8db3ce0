-- tostring tells how many permits are free; two names for one semaphore are equal.
local sem = plait.Semaphore(3)
sem:acquire()
print(sem, plait.repr{sem}) --> Semaphore 1 (2 of 3 free)	[Semaphore 1 (2 of 3 free)]
print(await(spawn_thread(function() return tostring(sem), sem end)) == "Semaphore 1 (2 of 3 free)") --> true
print((await(spawn_process(function() return tostring(sem) end)):gsub("%d+", "N"))) --> Semaphore N (of another process)
print(select(2, await(spawn_process(function() return 1, sem end))) == sem) --> true
