-- shutdown: no more puts, gets until it is empty; immediate throws away what is in it, and ends join.
local queue = require "plait.queue"
local function kind(...) return plait.kind(select(2, pcall(...))) end
local q = queue.Queue()
q:put(1)
q:shutdown()
print(kind(q.put, q, 2) == queue.ShutDown, q:get(), kind(q.get, q)) --> true	1	closed
q = queue.Queue(1)
q:put(1)
local putting, getting = async(kind, q.put, q, 2), nil
plait.yield()
q:shutdown(true)
q:join()
print(await(putting), kind(q.get_nowait, q)) --> closed	closed
q = queue.Queue()
getting = async(kind, q.get, q)
plait.yield()
q:shutdown()
print(await(getting)) --> closed
