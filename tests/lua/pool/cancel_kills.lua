-- cancel ends child processes that never wait, by force after a moment; their jobs are cancelled, and join comes back.
local pool = plait.Pool{ processes = 2 }
local begun = plait.Channel(2)
local a = pool:submit(function() begun:send(true) while true do end end)
local b = pool:submit(function()
    begun:send(true)
    for _ = 1, 10000 do pcall(sleep, 0.001) end -- takes no notice
    while true do end
end)
begun:recv()
begun:recv()
pool:cancel()
pool:join()
print(plait.kind(select(2, pcall(await, a))), plait.kind(select(2, pcall(await, b)))) --> cancelled	cancelled
print(a:status(), b:status()) --> cancelled	cancelled
-- Also one that does not come to its jobs.
pool = plait.Pool{ processes = 1, init = function() while true do end end }
local waiting = pool:submit(print)
pool:cancel()
pool:join()
print(plait.kind(select(2, pcall(await, waiting)))) --> cancelled
