-- E09 with Python's names: two threads, numbers every second and letters every second and a half.

local threading = require "plait.threading"
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

local t1 = threading.Thread{target = print_numbers}
local t2 = threading.Thread{target = print_letters}

t1:start()
t2:start()

t1:join()
t2:join()

print("Done!")
