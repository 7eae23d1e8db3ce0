-- E10: two processes, numbers every second and letters every second and a half.

local function print_numbers()
    for i = 1, 5 do
        sleep(1)
        print("Number: " .. i)
    end
end

local function print_letters()
    for letter in ("abcde"):gmatch(".") do
        sleep(1.5)
        print("Letter: " .. letter)
    end
end

local p1, p2 = spawn_process(print_numbers), spawn_process(print_letters)
p1:join()
p2:join()
print("Done!")
