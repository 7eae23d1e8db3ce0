-- Two tasks that want each other's lock: the one that closes the ring is told, at once, and the other one goes on.
local a, b = plait.Lock(), plait.Lock()
local function take(first, second)
    local _ <close> = first:acquire()
    plait.yield()
    local _ <close> = second:acquire()
    return "has both"
end
local left = async{ take, a, b, name = "left" }
local right = async{ take, b, a, name = "right" }
sleep(0.001) -- a timer is no help to them
local ok, err = pcall(await, right)
print(ok, plait.kind(err)) --> false	deadlock
print((err.message:gsub("Lock %d+", { ["Lock " .. tostring(a):match("%d+")] = "Lock a", ["Lock " .. tostring(b):match("%d+")] = "Lock b" })))
--> tasks_crossed.lua:6: deadlock: this wait would never end
-->   task 2 'right' waits (lock) at tasks_crossed.lua:6 for Lock a, held by task 1 'left', acquired at tasks_crossed.lua:4
-->   task 1 'left' waits (lock) at tasks_crossed.lua:6 for Lock b, held by task 2 'right', acquired at tasks_crossed.lua:4
-->   cycle: task 2 'right' -> Lock a -> task 1 'left' -> Lock b -> task 2 'right'
print(await(left)) --> has both
