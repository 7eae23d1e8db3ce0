-- Time-outs that are negative or no numbers are refused at the script's line; -1 is for ever where it is in Python.
local asyncio, queue, threading = require "plait.asyncio", require "plait.queue", require "plait.threading"
local futures, multiprocessing = require "plait.concurrent.futures", require "plait.multiprocessing"
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    print(plait.kind(err), tostring(err))
end
local q = queue.Queue(1)
refused(function() q:get(true, -1) end) --> usage	timeouts_refused.lua:9: the time-out is -1 (a number), not a number of seconds
q:put(1)
refused(function() q:put(1, true, -1) end) --> usage	timeouts_refused.lua:11: the time-out is -1 (a number), not a number of seconds
refused(function() q:put(1, true, "x") end) --> usage	timeouts_refused.lua:12: the time-out is "x" (a string), not a number of seconds
print(q:qsize(), q:get(), q:task_done(), q:join()) --> 1	1	nil
local t = threading.Thread{ target = function() end }
t:start()
refused(function() t:join("x") end) --> usage	timeouts_refused.lua:16: the time-out is "x" (a string), not a number of seconds
t:join()
refused(function() threading.Event():wait(-1) end) --> usage	timeouts_refused.lua:18: the time-out is -1 (a number), not a number of seconds
refused(function() threading.Condition():wait({}) end) --> usage	timeouts_refused.lua:19: the time-out is a table, not a number of seconds
refused(function() asyncio.sleep("x") end) --> usage	timeouts_refused.lua:20: sleep: argument 1 is "x" (a string), not a number of seconds
asyncio.sleep(-1)
refused(function() multiprocessing.set_start_method("foo") end)
--> usage	timeouts_refused.lua:22: there is no start method "foo" (a string); there are 'spawn', 'fork' and 'forkserver', which are all the same here
multiprocessing.set_start_method("fork")

-- After a shutdown queues and executors say what they are.
q:shutdown()
refused(q.put, q, 1) --> closed	the queue was shut down
local executor = futures.ThreadPoolExecutor(1)
executor:shutdown()
refused(executor.submit, executor, print) --> closed	submit: the executor was shut down
