-- Python's names for what tasks, events, threads and clocks have.
local asyncio, queue, threading, time = require "plait.asyncio", require "plait.queue", require "plait.threading", require "plait.time"
local task = asyncio.create_task(function() return 7 end)
print(task:result(), task:cancelled(), task:exception()) --> 7	false	nil
local failed = asyncio.create_task(error, "no")
print(pcall(task.result, failed)) --> false	no
print(failed:exception(), failed:cancelled()) --> no	false
local slow = asyncio.create_task(sleep, 60)
slow:cancel()
pcall(await, slow)
print(slow:cancelled()) --> true
print(await(spawn_process(function() return slow:cancelled(), task:cancelled() end))) --> true	false
local future = asyncio.Future()
future:add_done_callback(function(f) print("done", f:result()) end)
print(future:set_result(1), future:set_result(2), await(future)) --> true	false	1
sleep(0) --> done	1
print(pcall(await, (function(f) f:set_exception("bad") return f end)(asyncio.get_event_loop():create_future()))) --> false	bad

print(select(2, pcall(function() task:kill() end)))
--> more_names.lua:19: the handle is that of a task, not of a process; h:cancel() asks it to stop
print(threading.Event():isSet(), threading.currentThread():getName(), threading.main_thread():isDaemon()) --> false	MainThread	false
local t = threading.Thread{ target = print }
t:setName("x")
t:setDaemon(true)
print(t:getName(), t:isDaemon(), threading.activeCount()) --> x	true	1
print(math.type(time.time_ns()), time.monotonic_ns() <= time.perf_counter_ns(), time.time_ns() // 1000000000 - os.time() < 2) --> integer	true	true
print(queue.Queue{ maxsize = 3 }.maxsize, select(2, pcall(queue.Queue, "x")).message:match("Queue: .*")) --> 3	Queue: maxsize is "x" (a string), not an integer
print(await(spawn_process(function() return plait.current().pid == plait.pid() end))) --> true
