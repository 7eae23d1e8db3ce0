-- A process that is killed while it selects waits for nothing any more; what it
-- had not taken is still there.
local ready, a, b = plait.Channel(), plait.Channel(), plait.Channel(1)
local function eventually(f)
    for _ = 1, 2000 do
        if f() then return true end
        sleep(0.005)
    end
    return false
end
b:send("full")
for _, has_own in ipairs{ false, true } do
    local child = spawn_process(function()
        local own = has_own and plait.Channel() or nil
        ready:send(true)
        plait.select{ a, a:sending("from the dead"), b:sending("too"), own }
    end)
    ready:recv()
    sleep(0.02) -- it is on its way to the wait, or there
    child:kill()
    pcall(await, child)
    print(child.signal, eventually(function() return not a:try_send("x") end))
    print((a:try_recv()), #b)
end
--> 9	true
--> nil	1
--> 9	true
--> nil	1
async(function() a:send("alive") end)
print(plait.select{ a, b:sending(1) }) --> 1	alive
print(b:recv()) --> full
