-- A thread waits for what nobody sends, and the main script for the thread: every strand is named, with its place and its object.
local ch = plait.Channel()
local reader = spawn_thread{ function(c) return c:recv() end, ch, name = "reader" }
local ok, err = pcall(await, reader)
print(ok, plait.kind(err)) --> false	deadlock
print((err.message:gsub("(%a+) %d+", "%1 N")))
--> deadlock: nothing can run any more
-->   the main script waits (await) at channel_in_a_thread.lua:4 for thread N 'reader'
-->   thread N 'reader' waits (recv) at channel_in_a_thread.lua:3 for Channel N
-->     started at channel_in_a_thread.lua:3
ch:send("goes on")
print(await(reader)) --> goes on
