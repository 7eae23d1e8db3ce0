-- Two strands wake each other in turn, each by a single notification: none is lost. PLAIT_STRESS=1: a million rounds.
local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"

local function side(cond, turn, me, rounds)
    for _ = 1, rounds do
        cond:acquire()
        while turn.value ~= me do cond:wait() end
        turn.value = 3 - me
        cond:notify()
        cond:release()
    end
    return rounds
end

local rounds = {
    [async] = 20000,
    [spawn_thread] = 3000,
    [spawn_process] = 150,
}
if is_slow then rounds[async], rounds[spawn_thread], rounds[spawn_process] = 2000, 500, 50 end
if os.getenv("PLAIT_STRESS") then rounds[async], rounds[spawn_thread], rounds[spawn_process] = 1000000, 1000000, 10000 end
for _, pair in ipairs{ {async, async}, {spawn_thread, spawn_thread}, {spawn_process, spawn_process},
    {async, spawn_thread}, {async, spawn_process}, {spawn_thread, spawn_process} } do
    local cond, turn = plait.Condition(plait.Lock()), plait.Value(1)
    local n = math.min(rounds[pair[1]], rounds[pair[2]])
    local first, second = pair[1](side, cond, turn, 1, n), pair[2](side, cond, turn, 2, n)
    print(await(first) == n, await(second) == n, turn.value)
end
--> true	true	1
--> true	true	1
--> true	true	1
--> true	true	1
--> true	true	1
--> true	true	1

-- Many that wait, some with little patience: each token that was put is taken, once.
local function take(cond, tokens, taken, count)
    for _ = 1, count do
        cond:acquire()
        while not cond:wait_for(function() return tokens.value > 0 end, math.random() * 0.002) do end
        tokens:add(-1)
        taken:add(1)
        cond:release()
    end
end
local function put(cond, tokens, count)
    for _ = 1, count do
        cond:acquire()
        tokens:add(1)
        cond:notify()
        cond:release()
    end
end
local count = is_slow and 20 or 200
if os.getenv("PLAIT_STRESS") then count = 20000 end
local cond, tokens, taken = plait.Condition(), plait.Value(0), plait.Value(0)
local strands = {}
for i, start in ipairs{async, spawn_thread, spawn_process, async, spawn_thread, spawn_process} do
    strands[i] = start(i <= 3 and take or function(...) put(...) end, cond, tokens, i <= 3 and taken or count, count)
end
for _, strand in ipairs(strands) do await(strand) end
print(tokens.value, taken.value == 3 * count, cond:locked(), (tostring(cond):match("(%d+) waiting"))) --> 0	true	false	0
