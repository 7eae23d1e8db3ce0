-- E06 with Python's names and a plain counter: start() refuses it and names the line of the script.
--! status: 1
--! stderr: literal_python.lua:24: cannot start thread:
--! stderr:  assigns captured local 'counter' (
--! stderr: literal_python.lua:17)
--! stderr:   a thread gets a copy of 'counter', so this write would be lost

local threading = require "plait.threading"

local counter = 0
local lock = threading.Lock()

print("before") --> before

local function increment()
    lock:with(function()
        counter = counter + 1
    end)
end

local threads = {}
for i = 1, 7 do threads[i] = threading.Thread{target = increment} end
for _, thread in ipairs(threads) do
    thread:start()
end
for _, thread in ipairs(threads) do thread:join() end
print(counter)
