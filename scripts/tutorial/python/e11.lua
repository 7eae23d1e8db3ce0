-- E11 with Python's names: two tasks, numbers every second and letters every second and a half.

local asyncio = require "plait.asyncio"

local print_numbers = async.fn(function()
    for i = 1, 5 do
        await(asyncio.sleep(1))
        print("Number: " .. i)
    end
end)

local print_letters = async.fn(function()
    for letter in ("abcde"):gmatch(".") do
        await(asyncio.sleep(1.5))
        print("Letter: " .. letter)
    end
end)

local main = async.fn(function()
    local task1 = asyncio.create_task(print_numbers())
    local task2 = asyncio.create_task(print_letters())

    await(task1)
    await(task2)
end)

asyncio.run(main())
