-- It is told as often as it happens.
local ch = plait.Channel()
local thread = spawn_thread(function(c)
    local seen = 0
    for _ in c do seen = seen + 1 end
    return seen
end, ch)
for i = 1, 50 do
    local ok, err = pcall(await, thread)
    assert(not ok and plait.kind(err) == "deadlock", err)
    ch:send(i)
end
ch:close()
print(await(thread)) --> 50
