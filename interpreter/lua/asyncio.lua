-- plait.asyncio: Python's names for tasks.
--
--     local asyncio = require "plait.asyncio"
--     local say = async.fn(function(what)         -- async def say(what):
--         await(asyncio.sleep(1))
--         print(what)
--     end)
--     local main = async.fn(function()
--         await(asyncio.gather(say("hello"), say("world")))
--     end)
--     asyncio.run(main())
--
-- What differs from Python:
-- * `async def f` is `f = async.fn(function ... end)`: f(...) starts a task, at once, and returns its handle. An
--   ordinary function may wait as well: asyncio.run(main()) with such a main has run when asyncio.run is called, and
--   its results are passed through. asyncio.run(main) works with either.
-- * sleep, gather, wait_for and shield wait where they are called, not where their result is awaited. To sleep aside, start
--   a task: asyncio.create_task(asyncio.sleep, 1).
-- * There is one loop for each Lua state, always there, so no way to ask for it fails or warns.
-- * The program waits for tasks that still run after asyncio.run; an error nobody received is reported at its end.

local combine = require "plait.combine"
local internal = require "plait.internal"
local plait = require "plait"
local porting = require "plait.porting"
local queue = require "plait.queue"
local sync = require "plait.porting_sync"

local asyncio = {}

-- Kinds of errors: `except asyncio.TimeoutError` is plait.kind(err) == asyncio.TimeoutError.
asyncio.TimeoutError = "timeout"
asyncio.CancelledError = "cancelled"

-- Of queues: get_nowait on an empty one, put_nowait on a full one, both after shutdown().
asyncio.QueueEmpty = queue.Empty
asyncio.QueueFull = queue.Full
asyncio.QueueShutDown = queue.ShutDown
asyncio.BrokenBarrierError = "broken_barrier"

-- The same as those of threading and plait.queue: for tasks, threads and processes alike. Their methods wait where they
-- are called, so there is nothing to await; `async with lock:` is lock:with(f).
asyncio.Lock, asyncio.Condition = sync.Lock, sync.Condition
asyncio.Event, asyncio.Barrier = sync.Event, sync.Barrier
asyncio.Semaphore, asyncio.BoundedSemaphore = sync.Semaphore, sync.BoundedSemaphore
asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue = queue.Queue, queue.LifoQueue, queue.PriorityQueue

-- A function is started as a task with the arguments that follow; anything else is returned: handles, and values of
-- what has run already.
local function start(x, ...)
    if type(x) == "function" then return internal.async(x, ...) end
    return x
end

-- Waits for x if it is a handle that stands alone; returns anything else as it is.
local function finish(x, ...)
    if select("#", ...) == 0 then return plait.await(x) end
    return x, ...
end

-- asyncio.run(x, ...): waits for x, a handle or a function that is called with the arguments, and returns its results
-- or raises its error. Any other value is returned as it is, with those that follow it.
function asyncio.run(x, ...)
    if type(x) == "function" then return finish(plait.await(internal.async(x, ...))) end
    return finish(x, ...)
end

-- asyncio.create_task(f, ...) starts f(...) as a task and returns its handle. asyncio.create_task(f(...)) returns the
-- handle that a function made by async.fn returned. asyncio.create_task{f, ..., name =, daemon =} names the task.
function asyncio.create_task(x, ...)
    if x == nil then
        error("create_task: argument 1 is nil, not a function or a task; did you mean create_task(f, ...)?", 2)
    end
    if type(x) == "table" and type(rawget(x, 1)) == "function" then return internal.async(x) end
    return start(x, ...)
end

asyncio.ensure_future = asyncio.create_task

-- asyncio.gather(a, b, ...) or gather{a, b, ...}: waits for handles, and functions, which it starts; returns the list
-- of their first results, in order. An error cancels the others and is raised. With gather{..., return_exceptions =
-- true} an error stands in the list in place of the result.
function asyncio.gather(...)
    local first = ...
    if select("#", ...) == 0 then return plait.gather{} end
    local wants = type(first) == "table" and rawget(first, "return_exceptions")
    if wants == nil or type(first) ~= "table" then return plait.gather(...) end
    local options = {n = first.n, settle = wants}
    for key, value in next, first do
        if key ~= "return_exceptions" then options[key] = value end
    end
    if not wants then return plait.gather(options) end
    local outcomes = plait.gather(options)
    local results = {n = outcomes.n}
    for i = 1, results.n do
        local outcome = outcomes[i]
        if outcome.ok then results[i] = outcome.value else results[i] = outcome.error end
    end
    return results
end

-- asyncio.sleep(seconds[, result]) suspends the calling task and returns `result`.
function asyncio.sleep(seconds, result)
    if type(seconds) ~= "number" or seconds ~= seconds then
        internal.raise("usage", ("sleep: argument 1 is %s, not a number of seconds"):format(internal.describe(seconds)))
    end
    plait.sleep(math.max(0, seconds))
    return result
end

-- Waits for the handle, at most `timeout` seconds; then it is cancelled, and waited for. So it is if the caller is
-- cancelled.
local function wait_for_handle(handle, timeout)
    local watch <close> = internal.watch({handle}, 1)
    local guard <close> = combine.guard({handle}, 1, watch)
    plait.await(handle, timeout)
    if not handle:done() then
        handle:cancel("wait_for: timeout")
        watch:wait("all")
        if watch:state(1) == "cancelled" then return nil, "timeout" end
    end
    return true, handle:await() -- it finished, well or not
end

-- asyncio.wait_for(x, timeout, ...): waits for x, a handle or a function that is called with the arguments, and
-- returns its results or raises its error. After `timeout` seconds (nil for ever) x is cancelled, cleans up, and an
-- error of kind "timeout" is raised. A value that is no handle is returned as it is.
function asyncio.wait_for(x, timeout, ...)
    local results
    if type(x) == "function" then
        results = table.pack(plait.timeout(timeout or math.huge, x, ...))
    elseif internal.is_handle(x) then
        results = table.pack(wait_for_handle(x, timeout))
    else
        return x
    end
    if not results[1] then porting.raise("timeout", "wait_for: not finished after " .. timeout .. " s") end
    return table.unpack(results, 2, results.n)
end

-- Values of return_when.
asyncio.FIRST_COMPLETED = porting.FIRST_COMPLETED
asyncio.FIRST_EXCEPTION = porting.FIRST_EXCEPTION
asyncio.ALL_COMPLETED = porting.ALL_COMPLETED

-- Handles of a list of handles and functions; these are started as tasks.
local function start_all(list)
    local handles = {n = list.n or #list}
    for i = 1, handles.n do handles[i] = start(list[i]) end
    return handles
end

-- asyncio.wait(list[, {timeout =, return_when =}]), or wait{a, b, timeout =, return_when =}: waits until all of the list
-- are done, or as return_when says, and raises nothing. Returns two lists: those that are done, and those that are not.
function asyncio.wait(list, options)
    if type(list) ~= "table" then error("wait: argument 1 is no list; write wait{a, b}", 2) end
    local wanted = porting.wait_options(options or list)
    return plait.wait(start_all(list), wanted)
end

-- asyncio.as_completed(list[, timeout or {timeout =}]): for handle in ... in the order in which they are done.
function asyncio.as_completed(list, timeout)
    if type(timeout) == "table" then timeout = timeout.timeout end
    return plait.as_completed(start_all(list), porting.timeout(timeout))
end

-- Python's `async with asyncio.timeout(1):` is one of these:
--   local limit <close> = asyncio.timeout(seconds) -- for the rest of the block (nil: no limit)
--   asyncio.timeout(seconds, f, ...)               -- f(...) is the block; returns its results
-- When the time is over the block is cancelled, cleans up, and an error of kind "timeout" is raised.
function asyncio.timeout(...)
    local seconds, f = ...
    if select("#", ...) <= 1 then return plait.deadline(seconds or math.huge) end
    if type(f) ~= "function" then error("timeout: argument 2 is no function; write timeout(1, function() ... end)", 2) end
    return asyncio.wait_for(f, seconds, select(3, ...))
end

-- asyncio.shield(x, ...): waits for x, a handle or a function that is called with the arguments, and returns its results
-- or raises its error. If the caller is cancelled meanwhile, x goes on.
function asyncio.shield(x, ...)
    return plait.await(start(x, ...))
end

-- asyncio.to_thread(f, ...) runs f(...) on a thread of a shared pool and returns a handle.
asyncio.to_thread = plait.to_thread

-- asyncio.Future(), loop:create_future(): plait's own, with Python's names for resolve and reject.
asyncio.Future = plait.Future

-- asyncio.current_task(): the handle of the running task; nil or another strand's handle outside of tasks.
asyncio.current_task = plait.current

------------------------------------------------------------------------------------------------------ TaskGroup

local group_methods = {}

local TaskGroup = {__name = "TaskGroup", __index = group_methods}

-- asyncio.TaskGroup(): `local group <close> = asyncio.TaskGroup()` waits at the end of the block for the tasks that were
-- started with group:create_task. When one of them fails the others are cancelled, and so is the block, at its next
-- wait; no more can be started, and at the end of the block the error is raised; plait.others(err) has the errors of
-- others. An error that leaves the block cancels them all. It is a plait.scope.
asyncio.TaskGroup = porting.constructor(TaskGroup, function()
    return setmetatable({scope = plait.scope()}, TaskGroup)
end)

-- group:create_task(f, ...) starts f(...) as a task and returns its handle; a handle is taken into the group.
function group_methods:create_task(x, ...)
    if internal.is_handle(x) then
        internal.scope.add(self.scope, x)
        return x
    end
    return self.scope:async(x, ...)
end

function TaskGroup:__close(err)
    internal.scope.close(self.scope, err)
end

----------------------------------------------------------------------------------------------------------- loop

local loop = {}

-- loop:run_until_complete(x), loop:create_task(x, ...): as asyncio.run and asyncio.create_task.
function loop:run_until_complete(x, ...)
    return asyncio.run(x, ...)
end

function loop:create_task(x, ...)
    return asyncio.create_task(x, ...)
end

function loop:create_future()
    return plait.Future()
end

-- loop:run_in_executor(pool, f, ...) runs f(...) in a pool of plait, of plait.multiprocessing or plait.concurrent.futures,
-- on a thread of the shared pool if it is nil; returns a handle.
function loop:run_in_executor(pool, f, ...)
    if pool == nil then return plait.to_thread(f, ...) end
    local own = type(pool) == "table" and rawget(pool, "pool") -- plait's, in the others
    return (own or pool):submit(f, ...)
end

-- loop:call_soon(f, ...) and loop:call_later(seconds, f, ...) call f in a task of its own; return its handle, which
-- has cancel().
function loop:call_soon(f, ...)
    return internal.async(f, ...)
end

function loop:call_later(seconds, f, ...)
    return plait.after(seconds, f, ...)
end

-- loop:time(): monotonic seconds.
function loop:time()
    return plait.now()
end

-- loop:is_running(): true, since whatever runs is run by it.
function loop:is_running()
    return true
end

-- loop:close() does nothing: the loop belongs to the state and ends with it.
function loop:close()
end

-- asyncio.get_event_loop(), get_running_loop(), new_event_loop(): the loop of this state.
function asyncio.get_event_loop()
    return loop
end

asyncio.get_running_loop = asyncio.get_event_loop
asyncio.new_event_loop = asyncio.get_event_loop

-- asyncio.set_event_loop(loop) does nothing: there is only one.
function asyncio.set_event_loop()
end

return asyncio
