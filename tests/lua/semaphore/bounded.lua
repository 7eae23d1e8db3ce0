-- A bounded semaphore refuses what would make more permits than it began with, and changes nothing then.
local sem = plait.Semaphore(2, {bounded = true})
local function refused(...)
    local ok, err = pcall(sem.release, sem, ...)
    return ok, plait.kind(err), sem:free()
end
print(refused()) --> false	usage	2
sem:acquire()
print(refused(2)) --> false	usage	1
print(await(spawn_process(function() return pcall(sem.release, sem, 2) end)))
--> false	bounded.lua:10: release: a bounded semaphore cannot have more free permits than it began with
sem:release()
print(sem:free()) --> 2
local loose = plait.Semaphore(2, {bounded = false})
loose:release()
print(loose:free()) --> 3
print(pcall(function()
    local _ <close> = sem:acquire()
    sem:release()
end))
--> false	bounded.lua:20: release: a bounded semaphore cannot have more free permits than it began with
