-- on_done calls its function with the handle once the thread has ended, well or not.
local gate = plait.Channel()
local thread = spawn_thread(function() gate:recv() end)
thread:on_done(function(handle) print(handle == thread, handle:status()) end)
sleep(0.005)
print("not yet") --> not yet
gate:send(true)
await(thread)
sleep(0.005)
--> true	done
local failing = spawn_thread(error, "no", 0)
failing:on_done(function(handle) print(handle:status(), handle:error()) end)
--> failed	no
