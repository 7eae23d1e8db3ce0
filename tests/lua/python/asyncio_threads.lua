-- to_thread and run_in_executor return handles; the tasks of the state run on meanwhile.
local asyncio = require "plait.asyncio"
local multiprocessing = require "plait.multiprocessing"
local time = require "plait.time"

local function square(n)
    time.sleep(0.01)
    return n * n
end

local main = async.fn(function()
    local ticks = 0
    local ticker = asyncio.create_task(function()
        for _ = 1, 3 do
            ticks = ticks + 1
            await(asyncio.sleep(0.001))
        end
    end)
    print(await(asyncio.to_thread(square, 2))) --> 4
    await(ticker)
    print(ticks) --> 3

    local loop = asyncio.get_running_loop()
    print(await(loop:run_in_executor(nil, square, 3))) --> 9
    local pool <close> = multiprocessing.Pool(1)
    print(await(loop:run_in_executor(pool, square, 4))) --> 16
    local results = asyncio.gather(asyncio.to_thread(square, 5), asyncio.to_thread(square, 6))
    print(plait.repr({results[1], results[2]})) --> [25, 36]
end)

asyncio.run(main())
