-- threading.Semaphore and BoundedSemaphore: acquire([blocking[, timeout]]), release([n]), with, for strands of all kinds.
local threading = require "plait.threading"
local multiprocessing = require "plait.multiprocessing"
local asyncio = require "plait.asyncio"

local semaphore = threading.Semaphore(2)
print(semaphore:acquire() and semaphore:acquire(false) and true, semaphore:acquire(false)) --> true	false
print(semaphore:acquire(true, 0.005), semaphore:locked(), semaphore:get_value()) --> false	true	0
print(await(spawn_process(function() return semaphore:acquire(true, 0.005) end))) --> false
semaphore:release(2)
do
    local _ <close> = semaphore:acquire()
    print(semaphore:get_value(), semaphore:with(function(...) return semaphore:get_value(), ... end, "x")) --> 1	0	x
end
print(semaphore:get_value(), threading.Semaphore():get_value()) --> 2	1
semaphore:release()
print(semaphore:get_value()) --> 3

local inside, most = plait.Value(0), plait.Value(0)
local bounded = multiprocessing.BoundedSemaphore(2)
local function work(its)
    for _ = 1, 20 do
        its:with(function()
            local n = inside:add(1)
            most:update(function(m) return math.max(m, n) end)
            inside:add(-1)
        end)
    end
end
local strands = {
    threading.Thread{target = work, args = {bounded}},
    threading.Thread{target = function() work(bounded) end},
    multiprocessing.Process{target = work, args = {bounded}},
}
for _, strand in ipairs(strands) do strand:start() end
asyncio.run(work, bounded)
for _, strand in ipairs(strands) do strand:join() end
print(most.value <= 2, bounded:get_value()) --> true	2
print(plait.kind(select(2, pcall(bounded.release, bounded)))) --> usage
print(plait.kind(select(2, pcall(threading.Semaphore, -1)))) --> usage
print(asyncio.Semaphore == threading.Semaphore, asyncio.BoundedSemaphore == threading.BoundedSemaphore) --> true	true
