-- Numbers go from one task to another through a channel for 64.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("async", "await", "Channel") then return end

local function send(channel, count)
    for i = 1, count do channel:send(i) end
end

-- As the peers do: what comes is not looked at, but for the last.
local function receive(channel, count)
    local last
    for _ = 1, count do last = channel:recv() end
    assert(last == count)
end

bench.measure("chan_tasks", function(count)
    local channel = plait.Channel(64)
    local sender = async(send, channel, count)
    await(async(receive, channel, count))
    await(sender)
end)
