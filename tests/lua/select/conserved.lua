-- Tasks, threads and processes select over channels of all of them, in any mix,
-- with time-outs that race with what comes: what was sent is received, once.
local preset = os.getenv("PLAIT_PRESET")
local rounds = (preset == "asan" or preset == "tsan") and 40 or 200

local function work(id, rounds, capacity, results, start)
    local mine = plait.Channel(capacity)
    results:send(mine)
    local channels = start:recv()
    local told = { sent = 0, sent_sum = 0, received = 0, received_sum = 0 }
    for round = 1, rounds do
        local cases, values = { timeout = math.random() * 0.01 }, {}
        for i = 1, math.random(1, 4) do
            local channel = channels[math.random(#channels)]
            if math.random(2) == 1 then
                values[i] = (round * 4 + i) * 16 + id
                cases[i] = channel:sending(i % 2 == 0 and { values[i] } or values[i])
            else
                cases[i] = channel
            end
        end
        local i, v = plait.select(cases)
        if i and values[i] then
            told.sent, told.sent_sum = told.sent + 1, told.sent_sum + values[i]
        elseif i then
            if type(v) == "table" then v = v[1] end
            told.received, told.received_sum = told.received + 1, told.received_sum + v
        end
    end
    results:send(told)
    start:recv() -- until all have told; then the channels may go
end

local function run(capacity)
    local kinds, count = { async, spawn_thread, spawn_process }, 6
    local results = plait.Channel(math.huge)
    local starts, handles, channels = {}, {}, {}
    for id = 1, count do
        starts[id] = plait.Channel()
        handles[id] = kinds[id % 3 + 1](work, id, rounds, capacity, results, starts[id])
    end
    for id = 1, count do channels[id] = results:recv() end
    for id = 1, count do starts[id]:send(channels) end
    local total = { sent = 0, sent_sum = 0, received = 0, received_sum = 0 }
    for _ = 1, count do
        for name, number in pairs(results:recv()) do total[name] = total[name] + number end
    end
    for _, channel in ipairs(channels) do -- what is left counts as received
        while true do
            local v = channel:try_recv()
            if v == nil then break end
            if type(v) == "table" then v = v[1] end
            total.received, total.received_sum = total.received + 1, total.received_sum + v
        end
    end
    for id = 1, count do starts[id]:send("end") end
    gather(handles)
    print(total.sent > 0, total.sent == total.received, total.sent_sum == total.received_sum)
end

run(0)
run(2)
--> true	true	true
--> true	true	true
