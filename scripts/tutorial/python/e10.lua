-- E10 with Python's names: two processes, numbers every second and letters every second and a half.

local multiprocessing = require "plait.multiprocessing"
local time = require "plait.time"

local function print_numbers()
    for i = 1, 5 do
        time.sleep(1)
        print("Number: " .. i)
    end
end

local function print_letters()
    for letter in ("abcde"):gmatch(".") do
        time.sleep(1.5)
        print("Letter: " .. letter)
    end
end

local p1 = multiprocessing.Process{target = print_numbers}
local p2 = multiprocessing.Process{target = print_letters}

p1:start()
p2:start()

p1:join()
p2:join()

print("Done!")
