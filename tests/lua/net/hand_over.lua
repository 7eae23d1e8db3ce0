-- A connection is handed over to a thread or a process, as an argument, a captured variable, a result or through a channel: it is
-- the receiver's then, with what was read ahead. A listener is shared. What nobody receives is closed.
local files = require "files"
local net = plait.net
local listener <close> = assert(net.listen("localhost:0"))
await(spawn_process(function() end))
local before = files.count_open("socket")
local function pair()
    local near = assert(net.connect(listener.address, 20))
    return near, assert(listener:accept())
end
local function serve(conn)
    local line = conn:read("l")
    conn:write("got ", line, "\n")
    return conn
end
for _, spawn in ipairs{ spawn_thread, spawn_process } do
    local near, far = pair()
    near:write("one\ntwo\nthree\n")
    print(far:read("l"))
    local handle = spawn(serve, far)
    print(far)
    local ok, err = pcall(far.read, far)
    print(plait.kind(err), err.message:match("read: attempt to use a stream that was handed over") ~= nil)
    print(far:close(), near:read("l"))
    local back = await(handle)
    print(back.peer == near.address, back:read("l"))
    back:close()
    print(near:read("l"))
    near, far = pair()
    local captured = spawn(function() return far:write("captured\n") == far, far.address end)
    local wrote, address = await(captured)
    print(near:read("a") == "captured\n", wrote, address == listener.address)
end
--> one
--> stream (handed over)
--> usage	true
--> true	got two
--> true	three
--> nil
--> true	true	true
--> one
--> stream (handed over)
--> usage	true
--> true	got two
--> true	three
--> nil
--> true	true	true
-- Through channels, to threads and processes, there and back; several at once, and twice the same in one message.
for _, spawn in ipairs{ spawn_thread, spawn_process } do
    local there, back = plait.Channel(4), plait.Channel(4)
    local worker = spawn(function(there, back)
        for conn in there do
            conn:write("served\n")
            back:send({ conn, conn })
        end
    end, there, back)
    local nears = {}
    for i = 1, 20 do
        local far
        nears[i], far = pair()
        there:send(far)
        local list = back:recv()
        if list[1] ~= list[2] or list[1].peer ~= nears[i].address then print("not the same") end
        if i % 2 == 0 then list[1]:close() end -- else the collector closes it
    end
    there:close()
    await(worker)
    for i = 1, 20 do
        if nears[i]:read("l") ~= "served" then print("lost") end
        if i % 2 == 0 and nears[i]:read("l") ~= nil then print("still open") end
    end
end
-- Several strands accept from one listener.
local workers = {}
for i, spawn in ipairs{ spawn_thread, spawn_thread, spawn_process, spawn_process } do
    workers[i] = spawn(function(shared, i)
        local count = 0
        for conn in shared do
            local line = conn:read("l")
            conn:write(line, "\n")
            conn:close()
            if line == "end" then break end
            count = count + 1
        end
        return count
    end, listener, i)
end
for i = 1, 40 do
    local conn <close> = assert(net.connect(listener.address))
    conn:write(i, "\n")
    if conn:read("l") ~= tostring(i) then print("lost", i) end
end
for _ = 1, 4 do
    local conn <close> = assert(net.connect(listener.address))
    conn:write("end\n")
    conn:read("l")
end
local sum = 0
for i = 1, 4 do sum = sum + await(workers[i]) end
print(sum) --> 40
-- What nobody receives is closed; what cannot be sent stays as it was.
do
    local near, far = pair()
    local channel = plait.Channel(1)
    channel:send(far)
    channel = nil
    collectgarbage()
    collectgarbage()
    print(near:read("l")) --> nil
    near, far = pair()
    await(spawn_thread(function(conn) end, far))
    print(near:read("l")) --> nil
    near, far = pair()
    await(spawn_process(function(conn) end, far))
    print(near:read("l")) --> nil
    near, far = pair()
    print(plait.kind(select(2, pcall(spawn_thread, print, far, coroutine.create(print))))) --> send
    print(far:write("still here\n") == far, near:read("l")) --> true	still here
end
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    print(plait.kind(err), err.message:match("is (an? %a+[%a ]+)") or err.message)
end
local near, far = pair()
refused(function() plait.Table().conn = far end) --> send	a stream
async(far.read, far)
plait.yield()
plait.yield()
refused(spawn_thread, print, far) --> send	a connection that a strand is using
near:close()
refused(spawn_thread, print, near) --> send	a closed stream
local closed = assert(net.listen("localhost:0"))
closed:close()
refused(spawn_thread, print, closed) --> send	a closed listener
far:close()
-- No descriptor is left, here or there.
collectgarbage()
collectgarbage()
print(files.wait_for_open(before, "socket")) --> true
