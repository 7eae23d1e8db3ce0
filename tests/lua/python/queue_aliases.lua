-- The queues of multiprocessing and asyncio are those of plait.queue.
local queue = require "plait.queue"
local multiprocessing = require "plait.multiprocessing"
local asyncio = require "plait.asyncio"
print(multiprocessing.Queue == queue.Queue, multiprocessing.JoinableQueue == queue.Queue, asyncio.Queue == queue.Queue) --> true	true	true
print(multiprocessing.SimpleQueue == queue.SimpleQueue) --> true
print(asyncio.QueueEmpty == queue.Empty, asyncio.QueueFull == queue.Full, asyncio.QueueShutDown == queue.ShutDown) --> true	true	true
local q = multiprocessing.Queue()
local p = multiprocessing.Process{target = function(its) its:put({name = "child"}) its:close() its:join_thread() end, args = {q}}
p:start()
print(q:get().name) --> child
p:join()
q:cancel_join_thread()

local main = async.fn(function()
    local work = asyncio.Queue(1)
    local producer = asyncio.create_task(function() for i = 1, 3 do work:put(i) end end)
    local sum = 0
    for _ = 1, 3 do
        sum = sum + work:get()
        work:task_done()
    end
    work:join()
    await(producer)
    return sum, plait.kind(select(2, pcall(work.get_nowait, work))) == asyncio.QueueEmpty
end)
print(asyncio.run(main())) --> 6	true
