-- A wait that a timer, a thread or a process can end is no deadlock.
print(await(plait.Future(), 0.02)) --> nil	timeout
local f = plait.Future()
spawn_thread(function() sleep(0.02) f:resolve("by a thread") end)
print(await(f)) --> by a thread
local ch = plait.Channel()
spawn_process(function() sleep(0.02) ch:send("by a process") end)
print(ch:recv()) --> by a process
