-- E02 with Python's names: two processes, each prints five lines; both are joined.

local multiprocessing = require "plait.multiprocessing"

local function task1()
    for _ = 1, 5 do
        print("Task 1 executing")
    end
end

local function task2()
    for _ = 1, 5 do
        print("Task 2 executing")
    end
end

local process1 = multiprocessing.Process{target = task1}
local process2 = multiprocessing.Process{target = task2}

process1:start()
process2:start()

process1:join()
process2:join()

print("All tasks completed")
