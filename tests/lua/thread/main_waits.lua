-- The end of the script waits for every thread, also for those that threads start.
spawn_thread(function()
    sleep(0.01)
    print("outer") --> outer
    spawn_thread(function()
        sleep(0.02)
        print("inner") --> inner
        to_thread(function()
            sleep(0.02)
            print("innermost") --> innermost
        end)
    end)
end)
