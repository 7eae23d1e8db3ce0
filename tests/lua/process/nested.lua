-- Tasks, threads and processes inside of processes, to any depth.
local function deeper(n)
    if n == 0 then return "bottom" end
    local start = ({spawn_process, spawn_thread, async})[n % 3 + 1]
    return n, await(start(deeper, n - 1))
end
print(await(spawn_process(deeper, 4))) --> 4	3	2	1	bottom
