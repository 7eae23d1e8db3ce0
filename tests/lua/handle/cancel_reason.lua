-- The reason of a cancellation arrives: in the error's message and as it is.
local reason = { code = 1 }
local h = async(sleep, 60)
print(h:cancel(reason) == h)
local _, err = pcall(await, h)
print(plait.kind(err), err.kind, err.reason == reason)
--> true
--> cancelled	cancelled	true
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local ready = plait.Channel()
    h = start(function() ready:send(true) sleep(60) end)
    ready:recv()
    h:cancel("enough")
    _, err = pcall(await, h)
    print(plait.kind(err), err.reason, err)
end
--> cancelled	enough	cancelled: enough
--> cancelled	enough	cancelled: enough
--> cancelled	enough	cancelled: enough
