-- Two processes that want each other's lock, which lives here, while the program goes on; a parent and its child.
local a, b, both = plait.Lock(), plait.Lock(), plait.Barrier(2)
local function take(first, second, both)
    local _ <close> = first:acquire()
    both:wait()
    local _ <close> = second:acquire()
    return "has both"
end
plait.every(0.001, function() end)
local inc = spawn_process{ take, a, b, both, name = "inc" }
local dec = spawn_process{ take, b, a, both, name = "dec" }
local ok, got = pcall(await, inc)
local is_inc = not ok
local ok2, got2 = pcall(await, dec)
print(ok ~= ok2, ok and got or got2) --> true	has both
local err = ok and got2 or got
local names = is_inc and { inc = "closer", dec = "other" } or { dec = "closer", inc = "other" }
local function number(lock) return tostring(lock):match("%d+") end
local locks = is_inc and { [number(a)] = "had", [number(b)] = "wanted" } or { [number(b)] = "had", [number(a)] = "wanted" }
print(plait.kind(err)) --> deadlock
print((err.message:gsub("process %d+ '(%l+)'", function(n) return "process " .. names[n] end):gsub("Lock (%d+)", function(n) return "Lock " .. locks[n] end)))
--> processes_crossed.lua:6: deadlock: this wait would never end
-->   process closer waits (lock) at processes_crossed.lua:6 for Lock wanted, held by process other, acquired at processes_crossed.lua:4
-->   process other waits (lock) at processes_crossed.lua:6 for Lock had, held by process closer, acquired at processes_crossed.lua:4
-->   cycle: process closer -> Lock wanted -> process other -> Lock had -> process closer

-- The child is told, since it comes last.
local lock = plait.Lock()
lock:with(function()
    local child = spawn_process{ function(l) sleep(0.05) l:with(function() end) end, lock, name = "child" }
    ok, err = pcall(await, child)
end)
print(ok, plait.kind(err)) --> false	deadlock
print((err.message:gsub("process %d+", "process N"):gsub("Lock %d+", "Lock N")))
--> processes_crossed.lua:30: deadlock: this wait would never end
-->   process N 'child' waits (lock) at processes_crossed.lua:30 for Lock N, held by the main script, acquired at processes_crossed.lua:29
-->   the main script waits (await) at processes_crossed.lua:31 for process N 'child'
-->   cycle: process N 'child' -> Lock N -> the main script -> process N 'child'

-- With a time-out it is none.
lock:with(function()
    print(await(spawn_process(function(l) return l:acquire(0.1) end, lock))) --> nil	timeout
end)
os.exit(true, true)
