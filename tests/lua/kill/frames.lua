-- A process is killed in the middle of what it sends or is sent: messages
-- arrive whole or not at all, in order, and those of others all arrive.
local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
local rounds = os.getenv("PLAIT_STRESS") and 300 or is_slow and 4 or 15
local seed = tonumber(os.getenv("PLAIT_SEED")) or os.time()

-- A message that shows whether all of it is there; most fit into a frame that
-- a socket takes at once, some do not.
local function make_message(sender, n)
    local size = n % 5 == 0 and 400000 or n % 3 * 20000
    return { sender = sender, n = n, head = n, text = string.char(97 + n % 26):rep(size), tail = n }
end

local function check_message(message, n)
    local wanted = make_message(message.sender, n)
    for key, v in pairs(wanted) do
        if message[key] ~= v then
            error(("message %d of %s is torn at %s"):format(n, message.sender, key))
        end
    end
end

local function stream(make, ch, sender, count, acknowledged)
    for n = 1, count do
        ch:send(make(sender, n))
        acknowledged:add(1)
    end
end

local function pass_back(down, up)
    for message in down do up:send(message) end
end

-- Main receives from a victim and from another child that lives.
local function receive_round()
    local ch, acknowledged = plait.Channel(2), plait.Value(0)
    local steady = spawn_process(stream, make_message, ch, "steady", 20, plait.Value(0))
    local victim = spawn_process(stream, make_message, ch, "victim", 100000, acknowledged)
    local last = { victim = 0, steady = 0 }
    local receiver = async(function()
        for message in ch do
            local n = last[message.sender] + 1
            check_message(message, n)
            last[message.sender] = n
        end
    end)
    sleep(math.random() * (is_slow and 0.2 or 0.02))
    victim:kill()
    pcall(await, victim)
    await(steady)
    ch:close()
    await(receiver)
    assert(last.steady == 20, "lost of the other one")
    assert(last.victim >= acknowledged.value, "lost what was accepted")
end

-- A victim receives from main and passes back; what it never got is had by
-- another one.
local function send_round()
    local down, up = plait.Channel(), plait.Channel(math.huge)
    local victim = spawn_process(pass_back, down, up)
    local sent = 0
    local sender = async(function()
        while down:send(make_message("main", sent + 1)) do sent = sent + 1 end
    end)
    sleep(math.random() * (is_slow and 0.2 or 0.02))
    victim:kill()
    pcall(await, victim)
    local got = 0
    for message in function() return (up:try_recv()) end do
        got = got + 1
        check_message(message, got)
    end
    -- The one in its hands when it died may be gone, no other.
    local message = down:recv(20)
    assert(message, "the sender hangs")
    check_message(message, message.n)
    assert(message.n == got + 1 or message.n == got + 2, "lost more than one")
    sender:cancel()
    pcall(await, sender)
    assert(select(2, down:recv(0)) == "timeout", "a cancelled message")
end

for round = 1, rounds do
    math.randomseed(seed + round)
    local ok, why = pcall(function()
        receive_round()
        send_round()
    end)
    if not ok then print("PLAIT_SEED=" .. seed + round - 1, why) end
end
print("done") --> done
