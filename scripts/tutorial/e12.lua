-- E12: a thread prints a line every second while the main thread waits for it.

local function print_numbers()
    for i = 0, 4 do
        print("Thread: " .. i)
        sleep(1)
    end
end

spawn_thread(print_numbers):join()
print("Main thread: execution finished")
