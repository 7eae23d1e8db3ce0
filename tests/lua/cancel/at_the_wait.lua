-- A strand gets an error of kind "cancelled" at the wait it is in.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local ready = plait.Channel()
    local h = start(function()
        ready:send(true)
        local ok, err = pcall(sleep, 3600)
        return ok, plait.kind(err), tostring(err)
    end)
    ready:recv()
    print(h:cancel() == h, await(h))
end
--> true	false	cancelled	cancelled
--> true	false	cancelled	cancelled
--> true	false	cancelled	cancelled
