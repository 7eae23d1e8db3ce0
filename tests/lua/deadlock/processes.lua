-- Child processes that wait are no hope, if nothing in them can go on: the report names what waits in them.
local ch = plait.Channel()
local child = spawn_process{ function(c)
    async{ function() plait.Event():wait() end, name = "inside" }
    return c:recv()
end, ch, name = "reader" }
local ok, err = pcall(await, child)
print(ok, plait.kind(err)) --> false	deadlock
print((err.message:gsub("process %d+", "process N"):gsub("(%u%l+) %d+", "%1 N"):gsub("%(channel%)", "(recv)")))
--> deadlock: nothing can run any more
-->   the main script waits (await) at processes.lua:7 for process N 'reader'
-->   process N 'reader' waits (recv) at processes.lua:5 for Channel N
-->     started at processes.lua:3
-->   task 1 'inside' of process N waits (event) at processes.lua:4 for Event N
-->     started at processes.lua:4
-- The same of a process that a process has started, and of one that was busy for a while.
local function idle(c) return c:recv() end
local function parent(f, c) return await(spawn_process(f, c)) end
local busy = spawn_process(function(c)
    sleep(0.1)
    return c:recv()
end, ch)
local family = spawn_process(parent, idle, ch)
ok, err = pcall(gather, family, busy)
print(ok, plait.kind(err)) --> false	deadlock
print(select(2, err.message:gsub("\n  process %d+", "")), "processes") --> 4	processes
child:cancel() family:cancel() busy:cancel()
print(plait.kind(select(2, pcall(await, child)))) --> cancelled
print(plait.kind(select(2, pcall(await, family)))) --> cancelled
print(plait.kind(select(2, pcall(await, busy)))) --> cancelled
