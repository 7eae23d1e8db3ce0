-- Numbers come through two channels for 64, and are taken by select.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("async", "await", "spawn_thread", "Channel", "select") then
    return
end

local function send(a, b, count)
    for i = 1, count, 2 do
        a:send(i)
        b:send(i)
    end
end

local function receive(a, b, count)
    local select = plait.select
    for _ = 1, count, 2 do
        select{ a, b }
        select{ a, b }
    end
end

bench.measure("select_tasks", function(count)
    local a, b = plait.Channel(64), plait.Channel(64)
    local sender = async(send, a, b, count)
    await(async(receive, a, b, count))
    await(sender)
end)

bench.measure("select_threads", function(count)
    local a, b = plait.Channel(64), plait.Channel(64)
    local sender = spawn_thread(send, a, b, count)
    receive(a, b, count)
    await(sender)
end)
