-- concurrent.futures: time-outs, cancel, wait, as_completed, shutdown, options.
local futures = require "plait.concurrent.futures"
local function square(x) return x * x end
local function kind(...) return plait.kind(select(2, pcall(...))) end
local go = plait.Event()
local function slow(...) go:wait() return ... end

local seen = plait.Value(0)
local executor = futures.ThreadPoolExecutor{max_workers = 2, initializer = function(n) seen:add(n) end, initargs = {5}, thread_name_prefix = "w"}
local late, soon = executor:submit(slow, "late"), executor:submit(square, 2)
print(kind(late.result, late, 0.005) == futures.TimeoutError, kind(late.exception, late, 0)) --> true	timeout
local sets = futures.wait({late, soon}, 0.05)
print(#sets.done, sets.done[1] == soon, #sets.not_done, sets.not_done[1] == late) --> 1	true	1	true
sets = futures.wait({late, soon}, {return_when = futures.FIRST_COMPLETED})
print(#sets.done, #sets.not_done) --> 1	1
print(kind(function() for _ in futures.as_completed({late}, 0.005) do end end)) --> timeout
print(kind(function() for _ in executor:map{function() go:wait() end, {1}, timeout = 0.005} do end end)) --> timeout
go:set()
local order = {}
for future in futures.as_completed{late, soon} do order[#order + 1] = future:result() end
table.sort(order, function(a, b) return tostring(a) < tostring(b) end)
print(order[1], order[2]) --> 4	late

go:clear()
local cancelled = executor:submit(slow)
plait.yield()
print(cancelled:running(), cancelled:cancel()) --> true	true
print(kind(cancelled.result, cancelled) == futures.CancelledError, cancelled:cancelled(), cancelled:cancel()) --> true	true	true
go:set()
executor:shutdown()
print(kind(executor.submit, executor, square, 1), seen.value) --> closed	10
executor = futures.ProcessPoolExecutor(1)
local started = plait.Channel()
local first, dropped = executor:submit(square, 3), executor:submit(function() started:send(true) sleep(60) end)
print(first:result(), started:recv()) --> 9	true
executor:shutdown(false)
executor:shutdown{wait = true, cancel_futures = true}
print(kind(dropped.result, dropped)) --> cancelled
print(select(2, pcall(function() futures.ThreadPoolExecutor{threads = 1} end))) --> futures_wait.lua:39: ThreadPoolExecutor: unknown option 'threads'
local asyncio = require "plait.asyncio"
local pool <close> = futures.ThreadPoolExecutor(1)
print(await(asyncio.get_event_loop():run_in_executor(pool, square, 9))) --> 81
