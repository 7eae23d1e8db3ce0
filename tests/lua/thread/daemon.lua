-- Daemons are not waited for: they are cancelled when the others have ended, and their clean-up runs.
local running = plait.Channel()
spawn_thread{ function()
    local guard <close> = setmetatable({}, {__close = function() print("daemon closed") end})
    running:send(true)
    sleep(600)
    print("never")
end, daemon = true }
running:recv()
spawn_thread(function() sleep(0.02) print("waited for") end)
print("script ends")
--> script ends
--> waited for
--> daemon closed
