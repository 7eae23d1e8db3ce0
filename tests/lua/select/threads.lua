-- Many threads select on both ends of the same channels; nothing is lost and
-- nothing comes twice.
local preset = os.getenv("PLAIT_PRESET")
local rounds = (preset == "asan" or preset == "tsan") and 300 or 3000
local a, b, stop = plait.Channel(), plait.Channel(2), plait.Event()
local function produce(id)
    local sum = 0
    for i = 1, rounds do
        local v = id * rounds + i
        assert(plait.select{ a:sending(v), b:sending({ v }) })
        sum = sum + v
    end
    return sum
end
local function consume()
    local sum = 0
    while true do
        local i, v = plait.select{ a, b, stop }
        if i == 3 then -- what is queued may be left
            while true do
                i, v = plait.select{ a, b, default = true }
                if not i then return sum end
                sum = sum + (i == 1 and v or v[1])
            end
        end
        sum = sum + (i == 1 and v or v[1])
    end
end
local producers, consumers = {}, {}
for i = 1, 3 do
    producers[i] = (i == 1 and async or spawn_thread)(produce, i)
    consumers[i] = (i == 1 and async or spawn_thread)(consume)
end
local sent, received = 0, 0
for _, sum in ipairs(gather(producers)) do sent = sent + sum end
stop:set()
for _, sum in ipairs(gather(consumers)) do received = received + sum end
print(sent == received) --> true
