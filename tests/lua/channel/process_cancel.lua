-- A cancelled or timed-out wait in another process loses no message: what was given is delivered, the rest stays.
local ch, ready, seen = plait.Channel(), plait.Channel(math.huge), plait.Channel(math.huge)
local child = spawn_process(function()
    local kept = {} -- a cancelled task can receive, but not wait to send on
    for round = 1, 60 do
        local task = async(function()
            kept[#kept + 1] = ch:recv()
        end)
        plait.yield()
        ready:send(round)
        if round % 3 == 0 then sleep(0.0005) end
        task:cancel()
        pcall(await, task)
        kept[#kept + 1] = ch:recv(round % 2 == 0 and 0 or 0.0003)
    end
    for v in ch do kept[#kept + 1] = v end
    for _, v in ipairs(kept) do seen:send(v) end
end)
local sent = 0
for round = 1, 60 do
    ready:recv()
    sent = sent + 1
    ch:send(sent)
end
ch:close()
await(child)
seen:close()
local got, last, ordered = 0, 0, true
for v in seen do
    got = got + 1
    ordered = ordered and v > last
    last = v
end
print(got, sent) --> 60	60
