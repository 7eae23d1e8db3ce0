-- A child that is killed in the middle of its work leaves a Table that works, with whole values in it.
local t = plait.Table{n = 0, pair = {0, 0}}
for round = 1, 8 do
    local ready = plait.Event()
    local child = spawn_process(function()
        for i = 1, math.huge do
            plait.update(t, "n", function(n) return n + 1 end)
            t.pair = {i, i, self = {i}}
            if i == 3 then ready:set() end
        end
    end)
    ready:wait()
    for _ = 1, round * 20 do plait.update(t, "n", function(n) return n + 1 end) end
    child:kill()
    print(plait.kind(select(2, pcall(await, child)))) --> died
    local before = t.n
    if plait.update(t, "n", function(n) return n + 1 end) ~= before + 1 then print("lost") end
    local pair = t.pair
    if pair[1] ~= pair[2] or pair.self[1] ~= pair[1] then print("torn", plait.repr(pair)) end
end
--> died
--> died
--> died
--> died
--> died
--> died
--> died
-- The home is killed while others wait for it: each wait ends once, with kind "died".
local ch = plait.Channel(1)
local home = spawn_process(function()
    ch:send(plait.Table{n = 0})
    while true do sleep(1) end
end)
local theirs = ch:recv()
local tasks, running = {}, plait.Value(0)
for i = 1, 4 do
    tasks[i] = async(function()
        running:add(1)
        while true do theirs.n = theirs.n + 1 end
    end)
end
tasks[5] = spawn_thread(function()
    running:add(1)
    while true do plait.update(theirs, "n", function(n) return n + 1 end) end
end)
while running.value < 5 or theirs.n < 10 do plait.yield() end
home:kill()
for _, task in ipairs(tasks) do print(plait.kind(select(2, pcall(await, task)))) end
--> died
--> died
--> died
--> died
--> died
print(plait.kind(select(2, pcall(await, home)))) --> died
