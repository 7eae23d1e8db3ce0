-- E11: two tasks, numbers every second and letters every second and a half.

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

local t1, t2 = async(print_numbers), async(print_letters)
await(t1)
await(t2)
