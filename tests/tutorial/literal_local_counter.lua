-- E06 as it stands in Python, the counter a local variable: refused before a thread runs.
--! status: 1
--! stderr: literal_local_counter.lua:27: cannot start thread: 'increment' (
--! stderr: literal_local_counter.lua:15) assigns captured local 'counter' (
--! stderr: literal_local_counter.lua:17)
--! stderr:   a thread gets a copy of 'counter', so this write would be lost
--! stderr: use: local counter = plait.Value(0)
--! stderr: counter:add(1)

local counter = 0
local lock = plait.Lock()

print("before") --> before

local function increment()
    local _ <close> = lock:acquire()
    counter = counter + 1
end

local function decrement()
    local _ <close> = lock:acquire()
    counter = counter - 1
end

local threads = {}
for _ = 1, 7 do
    table.insert(threads, spawn_thread(increment))
end
for _ = 1, 3 do
    table.insert(threads, spawn_thread(decrement))
end
for _, t in ipairs(threads) do t:join() end
print(counter)
