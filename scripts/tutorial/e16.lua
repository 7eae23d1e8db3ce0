-- E16: a function that takes long runs on a thread of the shared pool.

local function cpu_bound_task(n)
    sleep(n)
    return n * n
end

local result = await(to_thread(cpu_bound_task, 2))
print("Result: " .. result)
