-- multiprocessing.Value: .value in tasks, threads and processes; get_lock() makes two steps one.
local multiprocessing = require "plait.multiprocessing"
local threading = require "plait.threading"

local counter = multiprocessing.Value("i", 0)

local function increment()
    for _ = 1, 50 do
        local _ <close> = counter:get_lock():acquire()
        counter.value = counter.value + 1
    end
end

local function decrement(value)
    for _ = 1, 10 do
        value:get_lock():with(function() value.value = value.value - 1 end)
    end
end

local strands = {
    multiprocessing.Process{target = increment},
    multiprocessing.Process{target = decrement, args = {counter}},
    threading.Thread{target = increment},
    threading.Thread{target = decrement, args = {counter}},
}
for _, strand in ipairs(strands) do strand:start() end
for _, strand in ipairs(strands) do strand:join() end
print(counter.value) --> 80

print(multiprocessing.Value("i").value) --> 0
print(multiprocessing.Value("i", 2.0).value) --> 2
print(multiprocessing.Value("d", 1).value) --> 1.0
print((pcall(multiprocessing.Value, "i", 1.5))) --> false
print((pcall(multiprocessing.Value, 0))) --> false
print((pcall(function() counter.valeu = 1 end))) --> false
