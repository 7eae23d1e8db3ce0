-- E06 as it stands in Python, the counter a global variable: refused before a thread runs.
--! status: 1
--! stderr: literal_global_counter.lua:21: cannot start thread: 'increment' (
--! stderr: literal_global_counter.lua:13) assigns global 'counter' (
--! stderr: literal_global_counter.lua:15)
--! stderr: would be lost

counter = 0
lock = plait.Lock()

print("before") --> before

function increment()
    lock:acquire()
    counter = counter + 1
    lock:release()
end

local threads = {}
for i = 1, 7 do
    threads[i] = spawn_thread(increment)
end
for _, t in ipairs(threads) do t:join() end
print(counter)
