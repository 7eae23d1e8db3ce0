-- Daemons are not waited for: they are cancelled at the end, and their clean-up runs; programs get a signal.
local running = plait.Channel()
spawn_process{ function()
    local guard <close> = setmetatable({}, {__close = function() print("daemon closed") end})
    running:send(true)
    sleep(600)
    print("never")
end, daemon = true }
spawn_process{ "sleep", "600", daemon = true }
running:recv()
spawn_process(function() sleep(0.02) print("waited for") end)
print("script ends")
--> script ends
--> waited for
--> daemon closed
