-- Threads run in parallel: two that compute while the main script does, without any wait.
local flag, count = plait.Value(0), plait.Value(0)
local function partner(mine)
    while flag.value ~= mine do end
    flag.value = mine + 1
    count:add(1)
end
local second, first = spawn_thread(partner, 2), spawn_thread(partner, 1)
flag.value = 1
while count.value < 2 do end
await(first)
await(second)
print(flag.value) --> 3
