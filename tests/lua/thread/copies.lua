-- What a thread captures and is given is copied when it starts: later changes are not seen there.
local gate = plait.Channel()
local captured, text = {1}, "before"
local thread = spawn_thread(function(given)
    gate:recv()
    return captured[1], given[1], text
end, captured)
captured[1], text = 2, "after"
gate:send(true)
print(await(thread)) --> 1	1	before
