-- plait.signal: f runs as a task when the signal comes, in tasks and threads that wait alike; it has the name and how often it came.
local function kill(name) assert(os.execute("kill -" .. name .. " " .. plait.pid())) end
local come = plait.Channel(math.huge)
print(plait.signal("USR1", function(name, count)
    sleep(0) -- it may wait
    come:send(name .. " " .. plait.current().name .. " " .. math.type(count))
end)) --> nil
kill("USR1")
print(come:recv()) --> USR1 signal USR1 integer
-- It may be set by a task, and for the name with SIG.
await(async(function() plait.signal("SIGUSR2", function(name) come:send(name) end) end))
kill("USR2")
print(come:recv()) --> USR2
-- While the main strand waits for a thread.
local thread = spawn_thread(function() return come:recv() end)
kill("USR2")
print(await(thread)) --> USR2
