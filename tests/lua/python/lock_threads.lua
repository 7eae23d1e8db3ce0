-- A Lock may be captured by threads, processes and tasks, or handed over as an argument: it is one lock.
local threading = require "plait.threading"
local multiprocessing = require "plait.multiprocessing"

local lock, counter = threading.Lock(), plait.Value(0)

local function captured()
    for _ = 1, 50 do
        lock:with(function() counter.value = counter.value + 1 end)
    end
end

local function passed(its_lock, value)
    for _ = 1, 50 do
        local _ <close> = its_lock:acquire()
        value.value = value.value + 1
    end
end

local strands = {
    threading.Thread{target = captured},
    threading.Thread{target = passed, args = {lock, counter}},
    multiprocessing.Process{target = captured},
    multiprocessing.Process{target = passed, args = {lock, counter}},
}
for _, strand in ipairs(strands) do strand:start() end
local task = async(captured)
for _, strand in ipairs(strands) do strand:join() end
await(task)
print(counter.value) --> 250
print(lock:locked()) --> false
