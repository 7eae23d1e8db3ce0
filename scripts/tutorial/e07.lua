-- E07: a process prints the numbers 1 to 10.

local function print_numbers()
    for i = 1, 10 do print(i) end
end

spawn_process(print_numbers):join()
