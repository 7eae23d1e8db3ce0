-- plait.kind gives the kind of plait's own errors, nil for all others.
print(plait.kind("text"), plait.kind(nil), plait.kind({}), plait.kind(42)) --> nil	nil	nil	nil
local function kind(...) return plait.kind(select(2, pcall(...))) end
print(kind(spawn_thread), kind(spawn_thread, print, coroutine.create(print)), kind(error, "x")) --> usage	send	nil
print(kind(await, spawn_process(function() os.exit(1) end))) --> died
local thread = spawn_thread(sleep, 600)
thread:cancel()
print(kind(await, thread)) --> cancelled
local channel = plait.Channel(1)
channel:close()
print(kind(channel.send, channel, 1)) --> closed
print(await(spawn_thread(function() return kind(channel.send, channel, 1) end)), kind(await, spawn_process(function() channel:send(1) end))) --> closed	closed
