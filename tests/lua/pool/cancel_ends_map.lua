-- A map that waits ends with kind "cancelled" when the pool is cancelled.
local pool = plait.Pool(2)
local started = plait.Channel()
local h = async(function() return pool:map(function() started:send(true) sleep(3600) end, { 1, 2, 3, 4 }, { chunk = 1 }) end)
started:recv()
started:recv()
pool:cancel()
print(plait.kind(select(2, pcall(await, h)))) --> cancelled
pool:join()
