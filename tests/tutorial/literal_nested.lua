-- E06 with the counter changed in a function inside the thread's function: refused all the same.
--! status: 1
--! stderr: literal_nested.lua:19: cannot start thread:
--! stderr:  assigns captured local 'counter' (
--! stderr: literal_nested.lua:14)
--! stderr:   a thread gets a copy of 'counter', so this write would be lost

local counter, lock = 0, plait.Lock()

print("before") --> before

local function increment()
    lock:with(function()
        counter = counter + 1
    end)
end

local threads = {}
for i = 1, 7 do threads[i] = spawn_thread(increment) end
for _, t in ipairs(threads) do t:join() end
print(counter)
