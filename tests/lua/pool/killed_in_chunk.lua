-- An item that kills its worker fails, and it alone: the others of its chunk are done, each of them once. Those before it are
-- known, those behind it are given to another worker.
local pool <close> = plait.Pool{ processes = 2 }
local runs = plait.Channel(math.huge)
local function work(i)
    runs:send(i)
    if i % 10 == 5 then os.execute("kill -9 $PPID") sleep(3600) end
    if i % 10 == 8 then os.exit(3) end
    return i, { i = i }
end
for _, chunk in ipairs{ 10, 4, 1 } do
    local list, failed, sum = {}, {}, 0
    for i = 1, 40 do list[i] = i end
    local step = pool:imap(work, list, { chunk = chunk, ahead = 40 })
    for i = 1, 40 do
        local ok, v, t = pcall(step)
        if ok then
            assert(v == i and t.i == i)
            sum = sum + v
        else
            assert(plait.kind(v) == "died" and (v.signal == 9 or v.exitcode == 3))
            failed[#failed + 1] = i
        end
    end
    assert(step() == nil)
    local seen, twice = {}, 0
    for _ = 1, #runs do
        local i = runs:recv()
        if seen[i] then twice = twice + 1 end
        seen[i] = true
    end
    print(table.concat(failed, " "), sum, #seen, twice)
end
--> 5 8 15 18 25 28 35 38	648	40	0
--> 5 8 15 18 25 28 35 38	648	40	0
--> 5 8 15 18 25 28 35 38	648	40	0
