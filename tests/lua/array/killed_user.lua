-- A process that is killed while it writes leaves the array as good as it was.
local a = plait.Array("i64", 4)
for _ = 1, 10 do
    local started = plait.Channel(1)
    local h = spawn_process(function()
        started:send(true)
        while true do
            for i = 1, 3 do a:add(i, 1) end
        end
    end)
    started:recv()
    local before = a[1]
    while a[1] < before + 1000 do plait.yield() end
    h:kill()
    assert(plait.kind(select(2, pcall(await, h))) == "died")
    a:add(4, 1)
end
print(a[4], a[1] >= 10000) --> 10	true
print(a[1] - a[3] <= 10, a[1] >= a[2], a[2] >= a[3]) --> true	true	true
