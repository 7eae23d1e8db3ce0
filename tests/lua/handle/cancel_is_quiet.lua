-- A cancelled strand is no error that nobody received.
local ready = plait.Channel()
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local h = start(function() ready:send(true) sleep(60) end)
    ready:recv()
    h:cancel()
end
