-- Numbers go from a thread to the main script through a channel for 64.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("spawn_thread", "Channel") then return end

local function send(channel, count)
    for i = 1, count do channel:send(i) end
end

-- As the peers do: what comes is not looked at, but for the last.
local function receive(channel, count)
    local last
    for _ = 1, count do last = channel:recv() end
    assert(last == count)
end

bench.measure("chan_threads", function(count)
    local channel = plait.Channel(64)
    local sender = spawn_thread(send, channel, count)
    receive(channel, count)
    sender:join()
end)
