-- The first failure cancels all other strands of the scope, whatever they are, and they clean up.
local closed, ready = plait.Value(0), plait.Channel()
local function wait(n)
    local c <close> = setmetatable({}, { __close = function() closed:add(n) end })
    ready:send(true)
    sleep(3600)
end
local handles
print(pcall(function()
    local s <close> = plait.scope()
    handles = { s:async(wait, 1), s:spawn_thread(wait, 10), s:spawn_process(wait, 100) }
    s:async(function()
        for _ = 1, 3 do ready:recv() end
        error("boom", 0)
    end)
end)) --> false	boom
print(closed.value) --> 111
for _, h in ipairs(handles) do print(h:status()) end
--> cancelled
--> cancelled
--> cancelled
