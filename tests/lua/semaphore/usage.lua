-- Counts that make no sense are refused, naming the value; nothing changes.
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    print(plait.kind(err), (err.message:gsub("^usage.lua:%d+: ", "")))
end
refused(plait.Semaphore) --> usage	Semaphore: the number of permits is nil, not a whole number from 0 to 2147483647
refused(plait.Semaphore, -1) --> usage	Semaphore: the number of permits is -1, not a whole number from 0 to 2147483647
refused(plait.Semaphore, 1.5) --> usage	Semaphore: the number of permits is 1.5, not a whole number from 0 to 2147483647
refused(plait.Semaphore, 1 << 31) --> usage	Semaphore: the number of permits is 2147483648, not a whole number from 0 to 2147483647
refused(plait.Semaphore, math.huge) --> usage	Semaphore: the number of permits is inf, not a whole number from 0 to 2147483647
refused(plait.Semaphore, "2") --> usage	Semaphore: the number of permits is "2" (a string), not a whole number from 0 to 2147483647
refused(plait.Semaphore, 2, true) --> usage	Semaphore: argument 2 is true (a boolean), not a table such as {bounded = true}
refused(plait.Semaphore, 2, {bound = true}) --> usage	Semaphore: there is no option 'bound'
local sem = plait.Semaphore(1)
refused(sem.release, sem, 0) --> usage	release: the number of permits is 0, not a whole number from 1 to 2147483647
refused(sem.release, sem, -3) --> usage	release: the number of permits is -3, not a whole number from 1 to 2147483647
refused(sem.release, sem, 0.5) --> usage	release: the number of permits is 0.5, not a whole number from 1 to 2147483647
refused(sem.release, sem, 2147483647) --> usage	release: a semaphore has at most 2147483647 permits
print(sem:free(), plait.Semaphore(3.0):free(), plait.Semaphore(2147483647):free()) --> 1	3	2147483647
print(pcall(sem.acquire, 1)) --> false	bad argument #1 to '?' (plait.Semaphore expected, got number)
