-- asyncio.run and run_until_complete take a handle, a function, or what has run already.
local asyncio = require "plait.asyncio"

local coroutine_like = async.fn(function(a, b)
    await(asyncio.sleep(0.001))
    return a + b
end)
local function plain(a, b)
    await(asyncio.sleep(0.001))
    return a * b
end

print(asyncio.run(coroutine_like(1, 2))) --> 3
print(asyncio.run(coroutine_like, 3, 4)) --> 7
print(asyncio.run(plain(3, 4))) --> 12
print(asyncio.run(plain, 5, 6)) --> 30
print(asyncio.run()) --> nil
print(select("#", asyncio.run(function() return nil, nil end))) --> 2
print(asyncio.sleep(0.001, "slept")) --> slept

local loop = asyncio.get_event_loop()
print(loop:run_until_complete(coroutine_like(1, 1))) --> 2
print(asyncio.new_event_loop() == loop) --> true
asyncio.set_event_loop(loop)
print(loop:is_running()) --> true
print(loop:time() <= loop:time()) --> true
print(await(loop:create_task(coroutine_like(2, 2)))) --> 4
print(await(loop:call_later(0.001, plain, 2, 5))) --> 10
print(await(loop:call_soon(plain, 2, 6))) --> 12
loop:close()

local ok, err = pcall(asyncio.run, async.fn(function() error({code = 1}) end)())
print(ok) --> false
print(err.code) --> 1
