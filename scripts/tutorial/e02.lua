-- E02: two processes, each prints five lines; both are joined.

local function task1()
    for _ = 1, 5 do print("Task 1 executing") end
end

local function task2()
    for _ = 1, 5 do print("Task 2 executing") end
end

local p1, p2 = spawn_process(task1), spawn_process(task2)
p1:join()
p2:join()
print("All tasks completed")
