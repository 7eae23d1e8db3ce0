-- Streams of numbers in four topologies, between threads and between processes: none is lost, none comes twice, and
-- those of one sender stay in order. PLAIT_STRESS=1 sends 1e7 between threads and 1e6 between processes.
local is_full = os.getenv("PLAIT_STRESS")
local is_slow = os.getenv("PLAIT_PRESET") == "tsan" or os.getenv("PLAIT_PRESET") == "asan"

local STRIDE <const> = 1 << 32

local function send(ch, sender, count)
    for i = 1, count do ch:send(sender * STRIDE + i) end
end

-- How many came, and their sum; raises when a sender's are out of order.
local function receive(ch)
    local count, sum, last = 0, 0, {}
    for v in ch do
        local sender, i = v // STRIDE, v % STRIDE
        assert(i > (last[sender] or 0), "out of order, or twice")
        last[sender] = i
        count, sum = count + 1, sum + v
    end
    return count, sum
end

local function stream(spawn, senders, receivers, total)
    local ch, each = plait.Channel(64), total // senders
    local sending, receiving, sum = {}, {}, 0
    for r = 1, receivers do receiving[r] = spawn(receive, ch) end
    for s = 1, senders do
        sending[s] = spawn(send, ch, s, each)
        sum = sum + each * s * STRIDE + each * (each + 1) // 2
    end
    gather(sending)
    ch:close()
    for _, handle in ipairs(receiving) do
        local count, part = await(handle)
        total, sum = total - count, sum - part
    end
    return total, sum
end

local sizes = is_full and {10000000, 1000000} or is_slow and {6000, 1500} or {60000, 6000}
for i, spawn in ipairs{ spawn_thread, spawn_process } do
    for _, sides in ipairs{ {1, 1}, {3, 1}, {1, 3}, {3, 3} } do
        print(sides[1], sides[2], stream(spawn, sides[1], sides[2], sizes[i] // 3 * 3))
    end
end
--> 1	1	0	0
--> 3	1	0	0
--> 1	3	0	0
--> 3	3	0	0
--> 1	1	0	0
--> 3	1	0	0
--> 1	3	0	0
--> 3	3	0	0
