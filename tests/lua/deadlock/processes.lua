-- Child processes that wait are no hope, if nothing in them can go on.
local ch = plait.Channel()
local child = spawn_process{ function(c)
    async{ function() plait.Event():wait() end, name = "inside" }
    return c:recv()
end, ch, name = "reader" }
local ok, err = pcall(await, child)
print(ok, plait.kind(err)) --> false	deadlock

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
child:cancel() family:cancel() busy:cancel()
print(plait.kind(select(2, pcall(await, child)))) --> cancelled
print(plait.kind(select(2, pcall(await, family)))) --> cancelled
print(plait.kind(select(2, pcall(await, busy)))) --> cancelled
