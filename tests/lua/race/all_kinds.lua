-- Tasks, threads, processes and futures, in any mix.
local ready = plait.Channel()
local function last()
    ready:send(true)
    sleep(60)
end
local kinds = { async, spawn_thread, spawn_process }
for winner = 1, 4 do
    local list, go = {}, plait.Channel()
    for i = 1, 3 do
        list[i] = kinds[i](i == winner and function() return go:recv() end or last)
    end
    list[4] = plait.Future()
    for i = 1, 3 do
        if i ~= winner then ready:recv() end
    end
    async(function()
        if winner < 4 then go:send(winner) else list[4]:resolve(winner) end
    end)
    print(plait.race(list))
    print(list[winner]:status(), list[winner % 4 + 1]:status())
end
--> 1	1
--> done	cancelled
--> 2	2
--> done	cancelled
--> 3	3
--> done	cancelled
--> 4	4
--> done	cancelled
