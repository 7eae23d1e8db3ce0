-- E16 with Python's names: a function that takes long runs on a thread of the shared pool.

local asyncio = require "plait.asyncio"
local time = require "plait.time"

local function cpu_bound_task(n)
    time.sleep(n)
    return n * n
end

local main = async.fn(function()
    local result = await(asyncio.to_thread(cpu_bound_task, 2))
    print("Result: " .. result)
end)

asyncio.run(main())
