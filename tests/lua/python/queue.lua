-- queue.Queue: put and get in order, bounds, time-outs, the kinds of errors, nil as an item.
local queue = require "plait.queue"
local function kind(...) return plait.kind(select(2, pcall(...))) end

local q = queue.Queue(2)
print(q.maxsize, q:empty(), q:full(), q:qsize()) --> 2	true	false	0
q:put("a")
q:put({1, {2}})
print(q:empty(), q:full(), q:qsize()) --> false	true	2
print(kind(q.put_nowait, q, 3), kind(q.put, q, 3, false), kind(q.put, q, 3, true, 0.005)) --> full	full	full
print(queue.Full, queue.Empty, queue.ShutDown) --> full	empty	closed
print(q:get(), q:get()[2][1]) --> a	2
print(kind(q.get_nowait, q), kind(q.get, q, false), kind(q.get, q, true, 0.005)) --> empty	empty	empty

local waiting = async(function() return q:get() end)
plait.yield()
q:put("late")
print(await(waiting)) --> late

q:put(nil)
q:put(false)
print(q:get(), q:get_nowait()) --> nil	false

local endless = queue.Queue()
for i = 1, 1000 do endless:put(i) end
print(endless:qsize(), endless:full(), endless.maxsize) --> 1000	false	0
print(select(2, pcall(function() queue.Queue(1.5) end))) --> queue.lua:27: Queue: maxsize is 1.5 (a number), not an integer
