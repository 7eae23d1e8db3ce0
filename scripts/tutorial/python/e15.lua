-- E15 with Python's names: three tasks wait at the same time, inside an async main.

local asyncio = require "plait.asyncio"

local task = async.fn(function(name)
    print("Task " .. name .. " starting")
    await(asyncio.sleep(2))
    print("Task " .. name .. " finished")
end)

local main = async.fn(function()
    await(asyncio.gather(task("A"), task("B"), task("C")))
end)

asyncio.run(main())
