-- E12 with Python's names: a thread prints a line every second while the main thread waits for it.

local threading = require "plait.threading"
local time = require "plait.time"

local function print_numbers()
    for i = 0, 4 do
        print("Thread: " .. i)
        time.sleep(1)
    end
end

local thread = threading.Thread{target = print_numbers}
thread:start()

thread:join()
print("Main thread: execution finished")
