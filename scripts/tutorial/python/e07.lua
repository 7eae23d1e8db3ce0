-- E07 with Python's names: a process prints the numbers 1 to 10.

local multiprocessing = require "plait.multiprocessing"

local function print_numbers()
    for i = 1, 10 do
        print(i)
    end
end

local process = multiprocessing.Process{target = print_numbers}
process:start()
process:join()
