-- When the process that made it has ended, operations and waits raise kind "died".
local ready, go = plait.Channel(), plait.Channel()
local home = spawn_process(function()
    ready:send(plait.Event())
    go:recv()
end)
local event = ready:recv()
print((tostring(event):gsub("%d+", "N")), event:is_set()) --> Event N (of another process)	false
local waiting = async(function() return plait.kind(select(2, pcall(event.wait, event))) end)
plait.yield()
go:send(true)
await(home)
print(await(waiting)) --> died
print(select(2, pcall(event.set, event)).message) --> home_ended.lua:14: the process that has this event has ended
