-- Whoever receives a connection that somebody else has had gets one that was handed over, and what comes next is as it should be.
local net = plait.net
local COUNT, MORE = 20, 100
local listener <close> = assert(net.listen("localhost:0"))
local function pair()
    local near = assert(net.connect(listener.address))
    return near, assert(listener:accept())
end
local results, kept = {}, {}
for i = 1, COUNT do
    local near, far = pair()
    results[i] = spawn_thread(function(conn) return conn end, far)
    local conn = await(results[i])
    conn:write("mine\n")
    kept[i] = { near, conn }
end
local channel = plait.Channel(MORE)
local child = spawn_process(function(results, channel)
    local serving = async(function()
        for conn in channel do
            conn:write("served\n")
            conn:close()
        end
    end)
    local late = 0
    for _, result in ipairs(results) do
        local conn = await(result)
        if not pcall(conn.write, conn, "not mine\n") then late = late + 1 end
    end
    await(serving)
    return late
end, results, channel)
local nears = {}
for i = 1, MORE do
    local far
    nears[i], far = pair()
    channel:send(far)
end
for i = 1, MORE do
    if nears[i]:read() ~= "served" then print("lost", i) end
end
channel:close()
print(await(child) == COUNT, kept[COUNT][1]:read()) --> true	mine
