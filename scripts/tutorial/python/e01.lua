-- E01 with Python's names: two threads, each prints five lines; both are joined.

local threading = require "plait.threading"

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

local thread1 = threading.Thread{target = task1}
local thread2 = threading.Thread{target = task2}

thread1:start()
thread2:start()

thread1:join()
thread2:join()

print("All tasks completed")
