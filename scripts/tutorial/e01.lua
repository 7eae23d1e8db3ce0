-- E01: two threads, each prints five lines; both are joined.

local function task1()
    for _ = 1, 5 do print("Task 1 executing") end
end

local function task2()
    for _ = 1, 5 do print("Task 2 executing") end
end

local t1, t2 = spawn_thread(task1), spawn_thread(task2)
t1:join()
t2:join()
print("All tasks completed")
