-- E06 with Python's names: a counter that ten threads change, seven up and three down, under a lock.
-- Python's `global counter` is a Value here: a plain variable would be copied, which spawn_thread refuses.

local threading = require "plait.threading"

local counter = plait.Value(0)
local lock = threading.Lock()

local function increment()
    lock:with(function()
        counter.value = counter.value + 1
    end)
end

local function decrement()
    lock:with(function()
        counter.value = counter.value - 1
    end)
end

local threads = {}
for _ = 1, 7 do
    table.insert(threads, threading.Thread{target = increment})
end
for _ = 1, 3 do
    table.insert(threads, threading.Thread{target = decrement})
end

for _, thread in ipairs(threads) do
    thread:start()
end
for _, thread in ipairs(threads) do
    thread:join()
end

print(counter.value)
