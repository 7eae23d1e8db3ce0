-- with runs f while a permit is taken, passes arguments and results, and gives it back whatever happens.
local sem = plait.Semaphore(1)
print(sem:with(function(...) sleep(0.001) return sem:free(), ... end, 1, nil, 3)) --> 0	1	nil	3
print(sem:free()) --> 1
print(pcall(sem.with, sem, function() sleep(0) error("no", 0) end)) --> false	no
print(sem:free()) --> 1
print(select(2, pcall(function() sem:with(1) end))) --> with.lua:7: with: argument 1 is 1 (a number), not a function
print(await(spawn_process(function()
    return sem:with(function(...) return sem:free(), ... end, 1, nil, 3)
end))) --> 0	1	nil	3
print(sem:free()) --> 1
