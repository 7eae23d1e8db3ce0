-- Programs that only look stuck: something in a thread goes on, or will.
local ch = plait.Channel()

-- A timer in a thread.
spawn_thread(function() sleep(0.05) ch:send("timer") end)
print(ch:recv()) --> timer

-- A thread that computes.
spawn_thread(function()
    local n = 0
    for i = 1, 300000 do n = n + #tostring(i) % 2 end
    ch:send("computed")
end)
print(ch:recv()) --> computed

-- A long C call.
spawn_thread(function() os.execute("sleep 0.1") ch:send("C call") end)
print(ch:recv()) --> C call

-- A read that another program answers late.
spawn_thread(function()
    local pipe <close> = io.popen("sleep 0.1; echo read")
    ch:send((pipe:read()))
end)
print(ch:recv()) --> read

-- A time-out, the only one of all that wait.
local waiting = spawn_thread(function() return plait.Future():await(0.1) end)
print(await(waiting)) --> nil	timeout
print(ch:recv(0.05)) --> nil	timeout

-- A daemon that ticks.
local ticks = spawn_thread{ function()
    plait.every(0.02, function() ch:send("tick") end)
    plait.Future():await()
end, daemon = true }
print(ch:recv()) --> tick
print(ch:recv()) --> tick
ticks:cancel()

-- A deadline of a task in a thread.
print(await(spawn_thread(function()
    local function stuck() return plait.Future():await(0.05) end
    return select(2, await(async(stuck)))
end))) --> timeout

-- A pool at work.
local pool <close> = plait.Pool{ threads = 2 }
print(table.concat(pool:map(function(x) os.execute("sleep 0.05") return x end, { 1, 2, 3, 4 }), " ")) --> 1 2 3 4
