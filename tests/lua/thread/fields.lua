-- kind, name, id, done and status of a thread's handle.
local gate, running = plait.Channel(), plait.Channel()
local thread = spawn_thread{ function() running:send(true) gate:recv() end, name = "w1" }
running:recv()
print(thread.kind, thread.name, math.type(thread.id), thread:done()) --> thread	w1	integer	false
print(thread:status() == "running" or thread:status() == "waiting") --> true
print(thread:error(), thread:traceback()) --> nil	nil
gate:send(true)
await(thread)
print(thread:done(), thread:status()) --> true	done

local failing = spawn_thread(error, "no", 0)
pcall(await, failing)
print(failing:done(), failing:status(), failing:error(), failing.name) --> true	failed	no	nil
local other = spawn_thread(function() end)
print(other.id ~= thread.id) --> true
