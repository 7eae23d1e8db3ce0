-- A strand that is cancelled while the action runs breaks the barrier for the others: they do not wait for ever.
local threading = require "plait.threading"
local started, go = plait.Channel(), plait.Channel()
local barrier = threading.Barrier(2, function()
    started:send(true)
    go:recv()
end)
local function kind() return plait.kind(select(2, pcall(barrier.wait, barrier))) end
for _, start in ipairs{async, spawn_process} do
    local first = start(kind)
    while barrier.n_waiting == 0 do plait.yield() end
    local last = start(function() barrier:wait() end)
    started:recv()
    last:cancel()
    print(plait.kind(select(2, pcall(await, last))), await(first), barrier.broken)
    barrier:reset()
end
--> cancelled	broken_barrier	true
--> cancelled	broken_barrier	true
