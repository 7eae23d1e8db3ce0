-- A task that was taken into a group twice, and failed, was told to stop after its end.
local asyncio = require "plait.asyncio"
print(pcall(function()
    local group <close> = asyncio.TaskGroup()
    local h = async(function()
        sleep(0)
        error("no luck", 0)
    end)
    group:create_task(h)
    group:create_task(h)
    sleep(60)
end)) --> false	no luck
