-- plait's own errors keep their kind, fields and text on the way from a thread or process.
local function work()
    local ch = plait.Channel(1)
    ch:close()
    ch:send(1)
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local _, err = pcall(await, start(work))
    print(plait.kind(err), err.kind, tostring(err) == err.message, err)
end
--> closed	closed	true	kind_travels.lua:5: cannot send: the channel is closed
--> closed	closed	true	kind_travels.lua:5: cannot send: the channel is closed
--> closed	closed	true	kind_travels.lua:5: cannot send: the channel is closed
