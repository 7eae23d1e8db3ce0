-- await with a time-out: nil, "timeout", and the thread runs on.
local gate = plait.Channel()
local thread = spawn_thread(function() return gate:recv() end)
print(await(thread, 0.01)) --> nil	timeout
print(thread:join(0)) --> nil	timeout
print(thread:done()) --> false
gate:send("went on")
print(thread:await(60)) --> went on
