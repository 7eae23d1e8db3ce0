-- Two threads that want each other's lock, while the program goes on: one of them is told at once.
local a, b, both = plait.Lock(), plait.Lock(), plait.Barrier(2)
local function take(first, second)
    local _ <close> = first:acquire()
    both:wait()
    local ok, err = pcall(second.acquire, second)
    if ok then
        second:release()
        return "has both"
    end
    return plait.kind(err), err.message
end
plait.every(0.001, function() end)
local threads = { spawn_thread{ take, a, b, name = "inc" }, spawn_thread{ take, b, a, name = "dec" } }
local told
for i, thread in ipairs(threads) do
    local result, message = thread:await()
    if message then told = { i, result, message } else print(result) end --> has both
end
local closer, other = threads[told[1]], threads[3 - told[1]]
local function number(lock) return tostring(lock):match("%d+") end
local names = { [closer.id] = "closer", [other.id] = "other", [number(a)] = "a", [number(b)] = "b" }
print(told[2]) --> deadlock
local wants = closer.name == "inc" and { "b", "a" } or { "a", "b" }
local text = told[3]:gsub("(%a+) (%d+) ?('?%a*'?)", function(kind, id, name)
    if kind == "thread" then return ("%s %s"):format(kind, names[tonumber(id)]) end
    return ("%s %s %s"):format(kind, names[id] == wants[1] and "wanted" or "had", name)
end)
print((text:gsub(" +,", ","):gsub(" +\n", "\n"):gsub("  ->", " ->")))
--> threads_crossed.lua:6: deadlock: this wait would never end
-->   thread closer waits (lock) at threads_crossed.lua:6 for Lock wanted, held by thread other, acquired at threads_crossed.lua:4
-->   thread other waits (lock) at threads_crossed.lua:6 for Lock had, held by thread closer, acquired at threads_crossed.lua:4
-->   cycle: thread closer -> Lock wanted -> thread other -> Lock had -> thread closer
os.exit(true, true)
