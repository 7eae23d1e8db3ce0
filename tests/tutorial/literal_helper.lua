-- E06 with the counter changed in a helper that travels along: refused, and the line of the write is the helper's.
--! status: 1
--! stderr: literal_helper.lua:23: cannot start thread: 'add' (
--! stderr: literal_helper.lua:13) assigns captured local 'counter' (
--! stderr: literal_helper.lua:14)
--! stderr:   a thread gets a copy of 'counter', so this write would be lost

local counter = 0
local lock = plait.Lock()

print("before") --> before

local function add(n)
    counter = counter + n
end

local function increment()
    local _ <close> = lock:acquire()
    add(1)
end

local threads = {}
for i = 1, 7 do threads[i] = spawn_thread(increment) end
for _, t in ipairs(threads) do t:join() end
print(counter)
