-- E04: one process and one thread of the same function, both started, none joined.

local function task()
    print("Executing task")
end

spawn_process(task)
spawn_thread(task)
