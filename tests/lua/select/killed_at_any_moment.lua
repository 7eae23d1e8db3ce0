-- Processes that select are killed in the middle of it, again and again: whoever
-- is left is served, and counts agree.
local preset = os.getenv("PLAIT_PRESET")
local kills = (preset == "asan" or preset == "tsan") and 3 or 15
local jobs, done = plait.Channel(), plait.Channel(4)
local function work(has_own)
    local own = has_own and plait.Channel() or nil
    while true do
        local i, v = plait.select{ jobs, own }
        plait.select{ done:sending(v), own }
    end
end
local sent, received = 0, 0
local all_died = true
for n = 1, kills do
    local child = spawn_process(work, n % 2 == 0)
    jobs:send(0) -- it has begun
    sent = sent + 1
    plait.after(math.random() * 0.02, child.kill, child)
    while not child:done() do
        local ok, i = pcall(plait.select, { done, jobs:sending(sent + 1), child, timeout = 30 })
        if not ok then break end -- it was the child, which died
        if i == 1 then received = received + 1 elseif i == 2 then sent = sent + 1 else break end
    end
    if plait.kind(child:error()) ~= "died" then all_died = false end
end
-- A child takes one job at a time, and may die with it.
while done:try_recv() do received = received + 1 end
print(all_died, sent > 0, sent - received >= 0, sent - received <= kills) --> true	true	true	true
local last = async(work)
jobs:send("x")
print(done:recv(30), jobs:try_recv()) --> x	nil	empty
last:cancel()
