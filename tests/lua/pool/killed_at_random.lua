-- Workers are killed at random moments under load: every item has exactly one outcome, its result or an error of kind "died";
-- none is begun twice; and no more items fail than workers were killed.
local seed = os.time()
math.randomseed(seed)
local is_slow = os.getenv("PLAIT_PRESET") == "asan" or os.getenv("PLAIT_PRESET") == "tsan"
local ITEMS, CHUNK = is_slow and 400 or 1500, 7
local begun = plait.Channel(math.huge)
local pool <close> = plait.Pool{ processes = 3, init = function() load("pid = plait.pid()")() end }

local function work(i)
    begun:send(i)
    begun:send(-load("return pid")())
    local x = 0
    for k = 1, i % 50 * 40 do x = x + k end
    if i % 7 == 0 then sleep(0.0005) end
    if i % 11 == 0 then return { i, ("x"):rep(i % 300) } end
    return i
end

local killed, is_over, workers = 0, false, {}
local counts = {}
local function drain()
    for _ = 1, #begun do
        local i = begun:recv()
        if i < 0 then workers[#workers + 1] = -i else counts[i] = (counts[i] or 0) + 1 end
    end
end
local killer = async(function()
    while not is_over do
        sleep(0.004 * math.random())
        drain()
        local pid = workers[#workers - math.random(0, 2)]
        if pid and os.execute(("kill -9 %d 2>/dev/null"):format(pid)) then killed = killed + 1 end
        workers = {}
    end
end)

local list = {}
for i = 1, ITEMS do list[i] = i end
local step = pool:imap(work, list, { chunk = CHUNK, ahead = 10 * CHUNK })
local done, died = 0, 0
for i = 1, ITEMS do
    local ok, v = pcall(step)
    if ok then
        assert((type(v) == "table" and v[1] or v) == i, "a wrong result")
        done = done + 1
    else
        assert(plait.kind(v) == "died" and v.signal == 9, v)
        died = died + 1
    end
end
is_over = true
await(killer)
drain()
local function say(ok, text) if not ok then print(text, "seed " .. seed) end end
for i, n in pairs(counts) do say(n == 1, ("item %d was begun %d times"):format(i, n)) end
say(step() == nil, "there is more")
say(done + died == ITEMS, "items without outcome")
say(died <= killed, ("%d items failed, %d workers were killed"):format(died, killed))
say(killed > 5, "too few were killed to show anything")
print(#pool:map(math.abs, list) == ITEMS) --> true
