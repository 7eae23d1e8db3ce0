-- Objects made in a thread or a process can be used here, and by others that get them from here.
for _, start in ipairs{spawn_thread, spawn_process} do
    local gate = plait.Channel()
    local answers = plait.Channel(1)
    local maker = start(function()
        local value, channel = plait.Value("made there"), plait.Channel(1)
        answers:send{value, channel}
        return gate:recv(), channel:recv(), value.value
    end)
    local made = answers:recv()
    print(made[1].value)
    await(start(function(v, c) v.value = "changed by another" c:send("hello") end, made[1], made[2]))
    gate:send("end")
    print(await(maker))
end
--> made there
--> end	hello	changed by another
--> made there
--> end	hello	changed by another
