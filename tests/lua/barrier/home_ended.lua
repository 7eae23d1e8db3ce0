-- When the process that made it has ended, operations and waits raise kind "died".
local ready, go = plait.Channel(), plait.Channel()
local home = spawn_process(function()
    ready:send(plait.Barrier(2))
    go:recv()
end)
local barrier = ready:recv()
local waiting = async(function() return plait.kind(select(2, pcall(barrier.wait, barrier))) end)
plait.yield()
print(barrier:waiting()) --> 1
go:send(true)
await(home)
print(await(waiting)) --> died
print(select(2, pcall(barrier.abort, barrier)).message) --> home_ended.lua:14: the process that has this barrier has ended
