-- The same for a process.
local running = plait.Event()
local h = spawn_process(function()
    running:set()
    while true do pcall(function() while true do local t = {} end end) end
end)
running:wait()
h:cancel("enough")
print(pcall(await, h))
print(h:status(), h.exitcode)
--> false	cancelled: enough
--> cancelled	0
