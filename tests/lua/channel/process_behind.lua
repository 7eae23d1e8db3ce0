-- Processes that do not know each other use a channel through the one between them.
local ch, answers = plait.Channel(64), plait.Channel(math.huge)
local child = spawn_process(function()
    -- A grandchild sends to the channel of its grandparent, and has one of its own.
    local grandchild = spawn_process(function()
        for i = 1, 300 do ch:send(i) end
        local mine = plait.Channel(8)
        ch:send(mine)
        local sum = 0
        for v in mine do sum = sum + v end
        return sum
    end)
    local before = {}
    for i = 1, 50 do before[i] = ch:try_send(-i) end
    return await(grandchild)
end)
local last, theirs = 0
while not theirs do
    local v = ch:recv()
    if type(v) == "userdata" then
        theirs = v
    elseif v > 0 then
        assert(v == last + 1)
        last = v
    end
end
for i = 1, 100 do theirs:send(i) end
theirs:close()
print(last, await(child)) --> 300	5050

-- Siblings: one made the channel, the other uses it.
local give = plait.Channel()
local owner = spawn_process(function()
    local own = plait.Channel(32)
    give:send(own)
    local n = 0
    for v in own do
        n = n + 1
        assert(v == n)
    end
    return n
end)
local own = give:recv()
local user = spawn_process(function()
    for i = 1, 500 do own:send(i) end
    own:close()
end)
await(user)
print(await(owner)) --> 500
-- Its end is known a moment before its process is gone; until then it says that it is closed.
local kind = plait.kind(select(2, pcall(own.send, own, 1)))
print(kind == "died" or kind == "closed" or kind) --> true
