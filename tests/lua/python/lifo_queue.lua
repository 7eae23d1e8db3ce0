-- queue.LifoQueue: last in, first out, for strands of all kinds; the rest is as with queue.Queue.
local queue = require "plait.queue"
local asyncio = require "plait.asyncio"
local function kind(...) return plait.kind(select(2, pcall(...))) end
local q = queue.LifoQueue(3)
q:put("a")
await(spawn_process(function() q:put({"b"}) q:put(nil) end))
print(q:full(), q:qsize(), q.maxsize, kind(q.put_nowait, q, 4), kind(q.put, q, 4, true, 0.005)) --> true	3	3	full	full
print(q:get(), await(spawn_thread(function() return q:get()[1] end)), q:get(), q:empty()) --> nil	b	a	true
print(kind(q.get_nowait, q), kind(q.get, q, true, 0.005)) --> empty	empty
local waiting = spawn_process(function() return q:get() end)
q:put(7)
print(await(waiting), await(async(function() for _ = 1, 4 do q:task_done() end q:join() return "joined" end))) --> 7	joined
for i = 1, 3 do q:put(i) end
local putting = async(q.put, q, 4)
plait.yield()
print(q:get(), await(putting), q:get(), q:get(), q:get()) --> 3	nil	4	2	1
q:put(1)
q:shutdown()
print(kind(q.put, q, 2), q:get(), kind(q.get, q)) --> closed	1	closed
print(asyncio.LifoQueue == queue.LifoQueue, select(2, pcall(function() queue.LifoQueue("2") end)))
--> true	lifo_queue.lua:21: LifoQueue: maxsize is "2" (a string), not an integer
