-- What looks stuck from here, and goes on elsewhere: no report.
local ch = plait.Channel()

-- A child that computes.
print(await(spawn_process(function()
    local n = 0
    for i = 1, 500000 do n = n + #tostring(i) % 2 end
    return "computed"
end))) --> computed

-- A child that sleeps.
spawn_process(function(c) sleep(0.2) c:send("slept") end, ch)
print(ch:recv()) --> slept

-- One in a C function.
spawn_process(function(c) os.execute("sleep 0.2") c:send("C call") end, ch)
print(ch:recv()) --> C call

-- Another program.
print(await(spawn_process("sleep", "0.2"))) --> 0

-- A child whose own child is at work.
print(await(spawn_process(function()
    return await(spawn_process(function() sleep(0.2) return "grandchild" end))
end))) --> grandchild

-- A child that waits for another program.
print(await(spawn_process(function() return await(spawn_process("sleep", "0.2")) end))) --> 0

-- Both wait for each other most of the time.
local there, back = plait.Channel(), plait.Channel()
local echo = spawn_process(function(a, b)
    for v in a do b:send(v) end
    return "echoed"
end, there, back)
local sum = 0
for i = 1, 300 do
    there:send(i)
    sum = sum + back:recv()
    if i % 100 == 0 then sleep(0.06) end -- quiet for long enough to say so
end
there:close()
print(sum, await(echo)) --> 45150	echoed

-- One that was told to end, and has not yet.
for how = 1, 3 do
    local child = spawn_process(function() plait.Event():wait() end)
    sleep(0.1) -- it has said that it is quiet
    if how == 1 then child:kill() elseif how == 2 then child:terminate() else child:cancel() end
    print(plait.kind(select(2, pcall(await, child))))
    --> died
    --> died
    --> cancelled
end

-- A pool of processes at work, and one that idles beside it.
local idle <close> = plait.Pool{ processes = 1 }
local pool <close> = plait.Pool{ processes = 2 }
idle:map(math.abs, { 1 })
print(table.concat(pool:map(function(x) os.execute("sleep 0.1") return x end, { 1, 2, 3, 4 }), " ")) --> 1 2 3 4

-- A time-out in a child.
print(await(spawn_process(function() return plait.Channel():recv(0.2) end))) --> nil	timeout
