-- gather waits for tasks, threads, processes and futures alike.
local f = plait.Future()
local function kind(k) return k end
async(function() f:resolve("future") end)
local list = gather(async(kind, "task"), spawn_thread(kind, "thread"), spawn_process(kind, "process"), f, to_thread(kind, "pool"))
print(table.concat(list, " ")) --> task thread process future pool
