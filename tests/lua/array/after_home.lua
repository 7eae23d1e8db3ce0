-- An array stays when the process that made it has ended, in order or killed.
local a = await(spawn_process(function()
    local made = plait.Array("f64", 1000)
    made[1000] = 7
    return made
end))
print(#a, a[1000]) --> 1000	7.0
a[1] = 5
print(await(spawn_process(function() return a[1], a[1000], a:add(1, 1) end))) --> 5.0	7.0	6.0
print(a[1]) --> 6.0

local ch = plait.Channel()
local h = spawn_process(function()
    local made = plait.Array("u8", {1, 2})
    ch:send(made)
    plait.Channel():recv()
end)
local b = ch:recv()
h:kill()
print(plait.kind(select(2, pcall(await, h)))) --> died
b[2] = 9
print(b[1], b[2], await(spawn_process(function() return b[2] end))) --> 1	9	9
