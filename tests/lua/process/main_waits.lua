--! order: free
-- The end of the script waits for every process, also for those that processes start, and for programs.
spawn_process(function()
    sleep(0.01)
    print("outer") --> outer
    spawn_process(function()
        sleep(0.02)
        print("inner") --> inner
        spawn_thread(function() sleep(0.01) print("innermost") end) --> innermost
    end)
end)
spawn_process("sh", "-c", "sleep 0.2; echo program") --> program
