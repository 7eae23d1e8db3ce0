-- The others are cancelled, and race waits until they have cleaned up.
local ready = plait.Channel()
local function slow(name)
    local _ <close> = setmetatable({}, { __close = function()
        sleep(0.02)
        print(name, "cleaned up")
    end })
    ready:send(true)
    sleep(60)
end
local others = { async(slow, "task"), spawn_thread(slow, "thread") }
local process = spawn_process(slow, "process")
print(plait.race(others[1], others[2], process, function()
    for _ = 1, 3 do ready:recv() end
    return "won"
end))
print(others[1]:status(), others[2]:status(), process:status())
--! order: free
--> task	cleaned up
--> thread	cleaned up
--> process	cleaned up
--> 4	won
--> cancelled	cancelled	cancelled
