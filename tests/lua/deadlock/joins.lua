-- Rings of strands that await each other: tasks, of one another; and of one that has the lock that the awaited one wants.
local function told(h)
    local ok, err = pcall(await, h)
    assert(not ok and plait.kind(err) == "deadlock", err)
    print((err.message:gsub("Lock %d+", "Lock N"):gsub("(thread) %d+", "%1 N")))
end

local first, second, third
first = async{ function() pcall(await, second) end, name = "first" }
second = async{ function() pcall(await, third) end, name = "second" }
third = async{ function() await(first) end, name = "third" }
told(third)
--> joins.lua:11: deadlock: this wait would never end
-->   task 3 'third' waits (await) at joins.lua:11 for task 1 'first'
-->   task 1 'first' waits (await) at joins.lua:9 for task 2 'second'
-->   task 2 'second' waits (await) at joins.lua:10 for task 3 'third'
-->   cycle: task 3 'third' -> task 1 'first' -> task 2 'second' -> task 3 'third'

-- The owner awaits the one that wants its lock, through another task that has none.
local lock = plait.Lock()
local wanting = async(function() plait.yield() lock:acquire() end)
local between = async(function() await(wanting) end)
local owner = async(function() lock:with(function() pcall(await, between) end) end)
told(wanting)
--> joins.lua:21: deadlock: this wait would never end
-->   task 4 waits (lock) at joins.lua:21 for Lock N, held by task 6, acquired at joins.lua:23
-->   task 6 waits (await) at joins.lua:23 for task 5
-->   task 5 waits (await) at joins.lua:22 for task 4
-->   cycle: task 4 -> Lock N -> task 6 -> task 5 -> task 4
await(owner)

-- The same with a thread: the one that comes last is told.
lock:with(function()
    local thread = spawn_thread{ function(l) l:with(function() end) end, lock, name = "t" }
    local ok, err = pcall(await, thread)
    print(ok, plait.kind(err), err.message:match("cycle: .*$") ~= nil) --> false	deadlock	true
end)

-- Itself.
local me
me = async(function() await(me) end)
print(select(2, pcall(await, me))) --> joins.lua:41: a task cannot await itself
