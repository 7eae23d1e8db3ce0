-- Channels that hold much are freed soon, not only after thousands of others.
--! alone: yes
local function resident()
    for line in io.lines("/proc/self/status") do
        local kilobytes = line:match("^VmRSS:%s*(%d+)")
        if kilobytes then return tonumber(kilobytes) end
    end
end
-- Sanitizers keep freed memory for a while, or notes on each byte.
local preset = os.getenv("PLAIT_PRESET")
local most = (preset == "asan" or preset == "tsan") and 400000 or 90000
local text = ("x"):rep(1 << 20)

-- Makes and forgets so many times a megabyte.
local function check(what, make, count)
    collectgarbage()
    local before = resident()
    for _ = 1, count or 200 do make(plait.Channel(math.huge)) end
    local more = resident() - before
    print(what, more < most or more)
end

check("many", function(ch)
    for i = 1, 1 << 15 do ch:send(i) end
end, 150) --> many	true
check("sent", function(ch) ch:send(text) end) --> sent	true
check("tried", function(ch) ch:try_send({ text }) end) --> tried	true
check("selected", function(ch) plait.select{ ch:sending(text) } end) --> selected	true

-- One that a thread filled, of which only a little was received.
local inbox, outbox = plait.Channel(), plait.Channel()
local filler = spawn_thread(function()
    for ch in inbox do
        ch:send("first")
        ch:send(text)
        ch:send(text)
        outbox:send(true)
    end
end)
local function fill(ch)
    inbox:send(ch)
    outbox:recv()
    ch:recv()
end
check("received", function(ch)
    fill(ch)
    ch:recv()
end) --> received	true
check("chosen", function(ch)
    fill(ch)
    plait.select{ ch }
end) --> chosen	true
inbox:close()
filler:join()

-- Rings, whose other objects are few.
check("rings", function(ch)
    ch:send({ ch, text })
    collectgarbage("step")
end) --> rings	true

local queue = require("plait.queue")
check("sorted", function()
    queue.LifoQueue():put(text)
end) --> sorted	true
