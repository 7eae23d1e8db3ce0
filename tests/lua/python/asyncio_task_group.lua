-- asyncio.TaskGroup: the block waits for its tasks; the first failure cancels the others and is raised at its end.
local asyncio = require "plait.asyncio"
local log = {}
do
    local group <close> = asyncio.TaskGroup()
    local slow = group:create_task(function() asyncio.sleep(0.01) log[#log + 1] = "slow" return 1 end)
    group:create_task(async(function()
        log[#log + 1] = "handle"
        group:create_task(function() log[#log + 1] = "from a task" end)
    end))
    log[#log + 1] = "end of block"
    print(await(slow)) --> 1
end
print(table.concat(log, ", ")) --> end of block, handle, from a task, slow

local victim
local ok, err = pcall(function()
    local group <close> = asyncio.TaskGroup()
    victim = group:create_task(asyncio.sleep, 60)
    group:create_task(function() asyncio.sleep(0.005) error("first", 0) end)
    local ok, err = pcall(asyncio.sleep, 60) -- the block is cancelled, too
    print(err) --> cancelled: task 5 failed: first
    print(pcall(group.create_task, group, print)) --> false	cancelled: task 5 failed: first
end)
print(ok, err, victim:status(), plait.others(err).n) --> false	first	cancelled	0

ok, err = pcall(function()
    local group <close> = asyncio.TaskGroup()
    for i = 1, 3 do group:create_task(function() plait.yield() error("error " .. i, 0) end) end
end)
print(ok, err, plait.others(err).n, plait.others(err)[2]) --> false	error 1	2	error 3

ok, err = pcall(function()
    local group <close> = asyncio.TaskGroup()
    victim = group:create_task(asyncio.sleep, 60)
    plait.yield()
    error("the block", 0)
end)
print(ok, err, victim:status()) --> false	the block	cancelled

local outer = async(function()
    local group <close> = asyncio.TaskGroup()
    victim = group:create_task(asyncio.sleep, 60)
    asyncio.sleep(60)
end)
plait.yield()
outer:cancel()
print(plait.kind(select(2, pcall(await, outer))), victim:status()) --> cancelled	cancelled
