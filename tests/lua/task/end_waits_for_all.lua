-- The end of the main script waits for every strand that is not a daemon.
local ended, done = plait.Channel(), plait.Future()
async(function() ended:send(true) await(done) print("task") end)
spawn_thread(function() ended:recv() print("thread") done:resolve() end)
print("main ends")
--> main ends
--> thread
--> task
