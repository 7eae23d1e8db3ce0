-- E05 with Python's names: a thread prints the numbers 1 to 10.

local threading = require "plait.threading"

local function print_numbers()
    for i = 1, 10 do
        print(i)
    end
end

local thread = threading.Thread{target = print_numbers}
thread:start()
thread:join()
