-- An event: true once it is set, and as long as it is.
local event, never = plait.Event(), plait.Channel()
print(plait.select{ event, timeout = 0 }) --> nil	timeout
spawn_thread(function() event:set() end)
print(plait.select{ never, event }) --> 2	true
print(plait.select{ event, never }) --> 1	true
event:clear()
print(plait.select{ event, never, default = true }) --> nil	default
-- Setting it wakes those who wait, also if it is cleared at once, and also in a
-- select with cases of several processes.
local ready, far = plait.Channel(), plait.Event()
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local handle = start(function()
        local own = plait.Channel()
        ready:send(true)
        return plait.select{ own, far, own:sending(1) }
    end)
    ready:recv()
    while not handle:done() do -- until it waits
        far:set()
        far:clear()
        sleep(0.001)
    end
    print(await(handle)) --> 2	true
    --> 2	true
    --> 2	true
end
