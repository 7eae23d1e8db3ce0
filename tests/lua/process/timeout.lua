-- await with a time-out: nil, "timeout", and the process runs on.
local gate = plait.Channel()
local process = spawn_process(function() return gate:recv() end)
print(await(process, 0.01)) --> nil	timeout
print(process:join(0)) --> nil	timeout
gate:send("went on")
print(process:await(60)) --> went on
