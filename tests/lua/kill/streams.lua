-- A process is killed in the middle of streams through one channel, as a sender
-- or a receiver among others, or while it waits to send or to receive. The
-- others go on; what they send arrives once, and in order; so does what the
-- killed one had sent before some point. Lost is what it had received, no more.
--
-- Moments are counts of items. PLAIT_STRESS=1 plays many rounds; others have to
-- be done within a second then, unless the machine is busy with something else.
-- Otherwise they may not hang.
local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
local is_full = os.getenv("PLAIT_STRESS")
local rounds = is_full and (is_slow and 30 or 200) or is_slow and 2 or 6
local seed = tonumber(os.getenv("PLAIT_SEED")) or os.time()
local HANGS <const> = 30 -- seconds
local LIMIT <const> = is_full and not is_slow and 1 or HANGS
local COUNT <const> = is_slow and 150 or 400 -- of each sender
local STRIDE <const> = 1 << 32
local VICTIM <const> = 1 -- number of the killed one among its kind

-- ---- Strands ----

-- Items of all sizes that channels treat differently.
local function make_item(sender, i)
    local v = sender * STRIDE + i
    if i % 50 == 0 then return ("%d "):format(v) .. (" "):rep(6000) end
    if i % 7 == 0 then return { v } end
    if i % 5 == 0 then return tostring(v) end
    return v
end

local function number_of(item)
    return math.tointeger(tonumber(type(item) == "table" and item[1] or item))
end

-- `begun` and `done` count in shared memory, where they outlive a process.
local function send(ch, sender, begun, done)
    for i = 1, COUNT do
        begun[sender] = i
        ch:send(make_item(sender, i))
        done[sender] = i
    end
end

-- Until it is closed, or it has `most`.
local function receive(ch, receiver, begun, done, log, most)
    for n = 1, most do
        begun[receiver] = n
        local item = ch:recv()
        if item == nil then return end
        log[n] = number_of(item)
        done[receiver] = n
    end
    if receiver == VICTIM then sleep(600) end
end

local kinds = { spawn_process, spawn_process, spawn_thread, async }

-- ---- One round ----

local Round = {}
Round.__index = Round

local function new_round(capacities)
    local round = {
        ch = plait.Channel(capacities[math.random(#capacities)]), strands = {},
        sent = { begun = plait.Array("i64", #kinds), done = plait.Array("i64", #kinds) },
        got = { begun = plait.Array("i64", #kinds), done = plait.Array("i64", #kinds) },
        logs = {}, senders = {},
    }
    return setmetatable(round, Round)
end

function Round:start_sender(i)
    self.senders[i] = kinds[i](send, self.ch, i, self.sent.begun, self.sent.done)
    return self.senders[i]
end

function Round:start_receiver(i, most)
    self.logs[i] = plait.Array("i64", #kinds * COUNT + 1)
    local receiver = kinds[i](receive, self.ch, i, self.got.begun, self.got.done, self.logs[i],
        most or #self.logs[i])
    self.strands[#self.strands + 1] = i ~= VICTIM and receiver or nil
    return receiver
end

function Round:start_senders()
    for i = VICTIM + 1, #kinds do self:start_sender(i) end
end

function Round:start_receivers()
    for i = VICTIM + 1, #kinds do self:start_receiver(i) end
end

-- Returns when it has got that far, or all that is sent was.
local function reach(counts, i, n, senders)
    while counts[i] < n do
        local is_over = next(senders) ~= nil
        for _, sender in pairs(senders) do is_over = is_over and sender:done() end
        if is_over then return end
        plait.yield()
    end
end

-- We have about as many strands as this ourselves.
local function is_busy()
    local file <close> = io.open("/proc/loadavg")
    return file and file:read("n") > 8
end

local function finish(strand, who)
    await(strand, LIMIT)
    if strand:done() then return end
    await(strand, HANGS)
    if not strand:done() then error(who .. " hangs", 0) end
    if not is_busy() then error(who .. " was late", 0) end
end

-- The others send all they have, and receive it.
function Round:finish()
    for i, sender in pairs(self.senders) do
        if i ~= VICTIM then finish(sender, "sender " .. i) end
    end
    self.ch:close()
    for i, strand in ipairs(self.strands) do finish(strand, "receiver " .. i) end
    assert(#self.ch == 0 and select(2, self.ch:recv()) == "closed", "something is left")
end

-- Which have arrived, by sender; with each receiver in order, and with one only.
function Round:list_arrived()
    local arrived = {}
    for i = 1, #kinds do arrived[i] = {} end
    for receiver, log in pairs(self.logs) do
        local last = {}
        for n = 1, self.got.done[receiver] do
            local sender, i = log[n] // STRIDE, log[n] % STRIDE
            if arrived[sender][i] then error(("%d of %d arrived twice"):format(i, sender), 0) end
            if i <= (last[sender] or 0) then error(("%d of %d after %d"):format(i, sender, last[sender]), 0) end
            arrived[sender][i], last[sender] = true, i
        end
    end
    return arrived
end

-- At most `lost` of what the others sent; and of the victim's the first ones,
-- `least` or more.
function Round:check(lost, least)
    local arrived, missing = self:list_arrived(), {}
    for sender in pairs(self.senders) do
        local count = COUNT
        if sender == VICTIM then
            count = 0
            for i in pairs(arrived[sender]) do count = math.max(count, i) end
            if count < least then error(("%d of the killed one arrived, not %d"):format(count, least), 0) end
        end
        for i = 1, count do
            if not arrived[sender][i] then missing[#missing + 1] = sender .. ":" .. i end
        end
    end
    if #missing > lost then error("lost " .. table.concat(missing, " "), 0) end
end

-- Now, or when the parent knows about it.
local function kill(victim)
    victim:kill()
    if math.random(2) == 1 then pcall(await, victim) end
end

-- ---- The scenes ----

local scenes = {}

-- One that sends, among others.
function scenes.sender()
    local round = new_round{ 0, 1, 4, 64, 1000, math.huge }
    if math.random(2) == 1 then round:start_receivers() else round:start_receiver(math.random(2, #kinds)) end
    local victim = round:start_sender(VICTIM)
    round:start_senders()
    reach(round.sent.done, VICTIM, math.random(0, COUNT - 1), {})
    kill(victim)
    pcall(await, victim)
    round:finish()
    round:check(0, 0)
end

-- One that receives: what is in its hands is gone with it.
function scenes.receiver()
    local round = new_round{ 0, 1, 4, 64, 1000, math.huge }
    local victim = round:start_receiver(VICTIM)
    round:start_receivers()
    round:start_senders()
    reach(round.got.done, VICTIM, math.random(0, COUNT - 1), round.senders)
    kill(victim)
    round:finish()
    pcall(await, victim)
    round:check(1)
end

-- One that does not receive any more: what was lent to it is for others.
function scenes.idle_receiver()
    local round = new_round{ 1, 4, 64, 1000, math.huge }
    local most = math.random(COUNT)
    local victim = round:start_receiver(VICTIM, most)
    round:start_senders()
    reach(round.got.done, VICTIM, most, {})
    if math.random(2) == 1 then
        round:start_receivers()
        kill(victim)
    else
        kill(victim)
        round:start_receivers()
    end
    round:finish()
    pcall(await, victim)
    round:check(0)
end

-- One that waits until there is room: what it was told is sent arrives.
function scenes.waiting_sender()
    local round = new_round{ 0, 1, 4, 64 }
    local ch, sent = round.ch, round.sent
    local victim = round:start_sender(VICTIM)
    round:start_senders()
    local function all_wait()
        for i = 1, #kinds do
            if sent.begun[i] ~= sent.done[i] + 1 then return false end
        end
        return #ch == ch.capacity
    end
    while not all_wait() do plait.yield() end
    local told = sent.done[VICTIM]
    if math.random(2) == 1 then
        kill(victim)
        round:start_receivers()
    else
        round:start_receivers()
        kill(victim)
    end
    pcall(await, victim)
    round:finish()
    round:check(0, told)
end

-- One that waits for something to come.
function scenes.waiting_receiver()
    local round = new_round{ 0, 1, 4, 64, 1000, math.huge }
    local victim = round:start_receiver(VICTIM)
    round:start_receivers()
    local first = math.random(0, 100)
    for i = 1, first do round.ch:send(make_item(VICTIM, i)) end
    local function all_wait()
        local got = 0
        for i = 1, #kinds do
            if round.got.begun[i] ~= round.got.done[i] + 1 then return false end
            got = got + round.got.done[i]
        end
        return got == first
    end
    while not all_wait() do plait.yield() end
    local lost = 0
    if math.random(2) == 1 then
        round:start_senders()
        lost = 1
        kill(victim)
    else
        victim:kill()
        pcall(await, victim)
        round:start_senders()
    end
    round:finish()
    pcall(await, victim)
    round:check(lost)
end

local names = {}
for name in pairs(scenes) do names[#names + 1] = name end
table.sort(names)
local wrong = 0
for i = 1, rounds do
    for _, name in ipairs(names) do
        math.randomseed(seed + i)
        local ok, why = pcall(scenes[name])
        if not ok then
            print(("PLAIT_SEED=%d %s: %s"):format(seed + i - 1, name, why))
            wrong = wrong + 1
        end
        if wrong > 5 then os.exit(1) end
    end
end
print("done") --> done
