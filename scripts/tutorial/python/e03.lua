-- E03 with Python's names: two tasks take turns, each prints a line every second.

local asyncio = require "plait.asyncio"

local task1 = async.fn(function()
    for _ = 1, 5 do
        print("Task 1 executing")
        await(asyncio.sleep(1))
    end
end)

local task2 = async.fn(function()
    for _ = 1, 5 do
        print("Task 2 executing")
        await(asyncio.sleep(1))
    end
end)

local loop = asyncio.get_event_loop()
loop:run_until_complete(asyncio.gather(task1(), task2()))

print("All tasks completed")
