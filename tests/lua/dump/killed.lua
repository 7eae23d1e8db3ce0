-- Censuses go on while strands of all kinds begin, end and are killed.
local function census(many)
    for _ = 1, many do
        local count = 0
        for _, record in ipairs(plait.strands()) do
            if record.state == "running" then count = count + 1 end
        end
        if count == 0 then error("the one that asks is missing") end
    end
    return many
end

local watchers = { async(census, 20), spawn_thread(census, 20), spawn_process(census, 20), spawn_thread(census, 20) }
for n = 1, 12 do
    local child = spawn_process(function()
        local t <const> = spawn_thread(function() plait.Event():wait() end)
        plait.Event():wait()
    end)
    local short = spawn_thread(function() return 1 end)
    async(function() plait.yield() end)
    plait.yield()
    child:kill()
    assert(await(short) == 1)
    assert(plait.kind(select(2, pcall(await, child))) == "died")
end
for _, watcher in ipairs(watchers) do print(await(watcher)) end
--> 20
--> 20
--> 20
--> 20
