-- E04 of the tutorial: a process and a thread of one function, neither of them joined: both are heard.
local function task()
    print("Executing task") --> Executing task
    --> Executing task
end
local process = spawn_process(task)
local thread = spawn_thread(task)
