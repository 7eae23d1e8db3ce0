-- When the strand that gathers or races is cancelled, so are all it waits for,
-- also in other processes.
local box, over = plait.Channel(math.huge), plait.Future()
local home = spawn_process(function()
    local strands = {}
    for i = 1, 4 do
        strands[i] = spawn_thread(sleep, 3600)
        box:send(strands[i])
    end
    await(over)
    local done = plait.wait(strands, { timeout = 30 })
    for i, strand in ipairs(done) do done[i] = strand:status() end
    return table.concat(done, " ")
end)
local a, b, c, d = box:recv(), box:recv(), box:recv(), box:recv()
local gathering = async(function() return gather(a, b, async(sleep, 60)) end)
local racing = async(function() return plait.race(c, async(sleep, 60), d) end)
for _ = 1, 3 do plait.yield() end
gathering:cancel("enough")
racing:cancel("of it")
print(pcall(await, gathering)) --> false	cancelled: enough
print(pcall(await, racing)) --> false	cancelled: of it
over:resolve()
print(await(home)) --> cancelled cancelled cancelled cancelled
