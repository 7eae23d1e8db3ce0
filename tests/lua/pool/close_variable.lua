-- A pool in a <close> variable has done all its jobs at the end of the block.
local count = plait.Value(0)
do
    local pool <close> = plait.Pool(2)
    for _ = 1, 20 do pool:submit(function() count:add(1) end) end
end
print(count:get()) --> 20
local gone
local ok, err = pcall(function()
    local pool <close> = plait.Pool(1)
    local started = plait.Channel()
    gone = pool:submit(function() started:send(true) sleep(3600) end)
    started:recv()
    error("leaves the block", 0)
end)
print(ok, err, plait.kind(select(2, pcall(await, gone)))) --> false	leaves the block	cancelled
