-- The end of the main script waits for every strand that is not a daemon.
local done = plait.Future()
async(function() await(done) print("task") end)
spawn_thread(function() print("thread") done:resolve() end)
print("main ends")
--> main ends
--> thread
--> task
