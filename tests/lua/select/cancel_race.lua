-- Cancelling a select that is just being granted: either it has happened, and
-- gives what it took, or it has not, and nothing is lost.
local preset = os.getenv("PLAIT_PRESET")
local rounds = (preset == "asan" or preset == "tsan") and 4 or 12
local ch, other, started = plait.Channel(), plait.Channel(2), plait.Channel()

local function take()
    local own, sum, count = plait.Channel(), 0, 0
    started:send(true)
    pcall(function()
        while true do
            local n = count % 3
            local _, v = plait.select{ ch, other, n == 0 and own or nil, timeout = n == 1 and 0.0005 or nil }
            if v ~= "timeout" then sum, count = sum + v, count + 1 end
        end
    end)
    return sum, count
end

for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local sent, taken, count = 0, 0, 0
    local feeder = spawn_thread(function()
        local v, sum = 0, 0
        pcall(function()
            while true do
                v = v + 1
                plait.select{ ch:sending(v), other:sending(v) }
                sum = sum + v
            end
        end)
        return sum
    end)
    for _ = 1, rounds do
        local taker = start(take)
        started:recv()
        sleep(math.random() * 0.005)
        taker:cancel()
        local sum, n = await(taker)
        taken, count = taken + sum, count + n
    end
    feeder:cancel()
    sent = await(feeder)
    while true do
        local i, v = plait.select{ ch, other, default = true }
        if not i then break end
        taken = taken + v
    end
    print(sent == taken, count > 0)
    --> true	true
    --> true	true
    --> true	true
end
