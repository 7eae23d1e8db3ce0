-- E03: two tasks take turns, each prints a line every second.

local function task(n)
    for _ = 1, 5 do
        print("Task " .. n .. " executing")
        sleep(1)
    end
end

gather(async(task, 1), async(task, 2))
print("All tasks completed")
