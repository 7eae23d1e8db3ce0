-- One function, three strands: a task, a thread and a process add up numbers at the same time.
local function add_up(strand, n)
    local sum = 0
    for i = 1, n do sum = sum + i end
    return ("%s: 1 to %d add up to %d"):format(strand, n, sum)
end

local task = async(add_up, "task", 10)
local thread = spawn_thread(add_up, "thread", 100)
local process = spawn_process(add_up, "process", 1000)
for _, line in ipairs(gather(task, thread, process)) do print(line) end
