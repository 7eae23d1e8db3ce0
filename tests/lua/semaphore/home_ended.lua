-- When the process that made it has ended, operations and waits raise kind "died".
local ready, go = plait.Channel(), plait.Channel()
local home = spawn_process(function()
    ready:send(plait.Semaphore(1))
    go:recv()
end)
local sem = ready:recv()
sem:acquire()
local waiting = async(function() return plait.kind(select(2, pcall(sem.acquire, sem))) end)
plait.yield()
go:send(true)
await(home)
print(await(waiting)) --> died
local ok, err = pcall(sem.release, sem)
print(plait.kind(err), err.message) --> died	home_ended.lua:14: the process that has this semaphore has ended
print(plait.kind(select(2, pcall(sem.try, sem))), plait.kind(select(2, pcall(sem.free, sem)))) --> died	died
