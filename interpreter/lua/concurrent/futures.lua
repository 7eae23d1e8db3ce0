-- plait.concurrent.futures: Python's executors.
--
--     local futures = require "plait.concurrent.futures"
--     local executor <close> = futures.ThreadPoolExecutor(4)
--     local future = executor:submit(pow, 2, 10)
--     print(future:result())
--     for square in executor:map(square, {1, 2, 3}) do print(square) end
--
-- What differs from Python:
-- * The functions run in Lua states of their own, of threads too: what they capture travels by copy.
-- * A future may be cancelled while its function runs: that is asked to stop.
-- * In a loop over executor:map, false stands for a result that is nil, at which it would end.
-- * A future is not awaited: `await(future.handle)`, or future:result().

local plait = require "plait"
local porting = require "plait.porting"

local futures = {}

-- Kinds of errors: `except TimeoutError` is plait.kind(err) == futures.TimeoutError.
futures.TimeoutError = "timeout"
futures.CancelledError = "cancelled"

-- Values of return_when.
futures.FIRST_COMPLETED = porting.FIRST_COMPLETED
futures.FIRST_EXCEPTION = porting.FIRST_EXCEPTION
futures.ALL_COMPLETED = porting.ALL_COMPLETED

--------------------------------------------------------------------------------------------------------- Future

local future_methods = {}

-- Futures come from executor:submit. future.handle is plait's own handle.
local Future = {__name = "Future", __index = future_methods}
futures.Future = Future

local function raise_timeout(timeout)
    porting.raise(futures.TimeoutError, ("not finished after %g s"):format(timeout))
end

-- future:result([timeout]) waits for the results and returns them, or raises the error of the function; an error of
-- kind "timeout" after `timeout` seconds, "cancelled" if it was cancelled.
function future_methods:result(timeout)
    if not porting.wait(self.handle, porting.timeout(timeout)) then raise_timeout(timeout) end
    return self.handle:await()
end

-- future:exception([timeout]) waits and returns the error of the function, nil if there is none.
function future_methods:exception(timeout)
    if not porting.wait(self.handle, porting.timeout(timeout)) then raise_timeout(timeout) end
    if self.handle:status() == "cancelled" then self.handle:await() end -- raises
    return self.handle:error()
end

-- future:done(), running(), cancelled(): where it is.
function future_methods:done()
    return self.handle:done()
end

function future_methods:running()
    local status = self.handle:status()
    return status == "running" or status == "waiting"
end

function future_methods:cancelled()
    return self.handle:status() == "cancelled"
end

-- future:cancel(): false if it is done already; else it is asked to stop.
function future_methods:cancel()
    if self.handle:done() then return self:cancelled() end
    self.handle:cancel()
    return true
end

-- future:add_done_callback(f): f(future) runs in this state when it is done.
function future_methods:add_done_callback(f)
    self.handle:on_done(function() f(self) end)
end

-- Handles of a list of futures, and the futures by their handles.
local function handles_of(list)
    local handles, owners = {}, {}
    for i, future in ipairs(list) do
        handles[i] = future.handle
        owners[future.handle] = future
    end
    return handles, owners
end

local function owners_of(handles, owners)
    for i, handle in ipairs(handles) do handles[i] = owners[handle] end
    return handles
end

-- futures.wait(list[, timeout[, return_when]]), or wait(list, {timeout =, return_when =}): waits until all are done, or as
-- return_when says. Returns {done = list, not_done = list}.
function futures.wait(list, timeout, return_when)
    local handles, owners = handles_of(list)
    local done, pending = plait.wait(handles, porting.wait_options(timeout, return_when))
    return {done = owners_of(done, owners), not_done = owners_of(pending, owners)}
end

-- futures.as_completed(list[, timeout]): for future in ... in the order in which they are done; an error of kind "timeout"
-- when that takes more than `timeout` seconds.
function futures.as_completed(list, timeout)
    local handles, owners = handles_of(list)
    local next_handle, state, control, closing = plait.as_completed(handles, porting.timeout(timeout))
    return function() return owners[next_handle()] end, state, control, closing
end

------------------------------------------------------------------------------------------------------ Executors

local executor_methods = {}

local thread_options = {max_workers = true, initializer = true, initargs = true, thread_name_prefix = true}
local process_options = {
    max_workers = true, initializer = true, initargs = true, max_tasks_per_child = true, mp_context = true,
}

local function new_executor(class, options, allowed, kind, default)
    if type(options) ~= "table" then options = {max_workers = options} end
    porting.check_options(class.__name, options, allowed)
    local init, initargs = options.initializer, porting.arguments(options.initargs)
    if init and initargs.n > 0 then
        local initializer = init
        init = function() return initializer(table.unpack(initargs, 1, initargs.n)) end
    end
    local pool = plait.Pool{[kind] = options.max_workers or default, init = init, recycle = options.max_tasks_per_child}
    return setmetatable({pool = pool}, class)
end

-- The end of the block waits for what was submitted; an error that leaves it cancels that.
local function leave(self, err)
    self:shutdown{wait = true, cancel_futures = err ~= nil}
end

local function executor_class(name)
    return {__name = name, __index = executor_methods, __close = leave}
end

-- futures.ThreadPoolExecutor([n]) or {max_workers = n, initializer = f, initargs = {}, thread_name_prefix =}: n threads,
-- as many as Python takes when not given.
futures.ThreadPoolExecutor = porting.constructor(executor_class("ThreadPoolExecutor"), function(class, options)
    return new_executor(class, options, thread_options, "threads", math.min(32, plait.cpu_count() + 4))
end)

-- futures.ProcessPoolExecutor([n]) or {max_workers = n, initializer =, initargs =, max_tasks_per_child = k}: n processes,
-- one per CPU when not given.
futures.ProcessPoolExecutor = porting.constructor(executor_class("ProcessPoolExecutor"), function(class, options)
    return new_executor(class, options, process_options, "processes", plait.cpu_count())
end)

-- executor:submit(f, ...) starts f(...) and returns a Future.
function executor_methods:submit(f, ...)
    local handle = porting.closed_as("submit: the executor was shut down", self.pool.submit, self.pool, f, ...)
    return setmetatable({handle = handle}, Future)
end

-- The items of several lists that stand at the same place, as lists of arguments; as many as the shortest has.
local function zip(lists)
    local count = math.huge
    for _, list in ipairs(lists) do count = math.min(count, list.n or #list) end
    local tuples = {}
    for i = 1, lists.n > 0 and count or 0 do
        local tuple = {n = lists.n}
        for k = 1, lists.n do tuple[k] = lists[k][i] end
        tuples[i] = tuple
    end
    return tuples
end

-- Runs on a worker: f for each of some items.
local function call_each(f, tuples)
    local results = {n = #tuples}
    for i, tuple in ipairs(tuples) do
        local result = f(table.unpack(tuple, 1, tuple.n))
        if result == nil then result = false end
        results[i] = result
    end
    return results
end

local function submit_all(pool, f, tuples, size)
    local handles = {}
    for first = 1, #tuples, size do
        local some = table.move(tuples, first, math.min(first + size - 1, #tuples), 1, {})
        handles[#handles + 1] = porting.closed_as("map: the executor was shut down", pool.submit, pool, call_each, f, some)
    end
    return handles
end

-- executor:map(f, list, ...) starts f with the items of the list, or of several lists, and returns an iterator over the
-- results in order, for `for`. executor:map{f, list, ..., timeout =, chunksize =}: an error of kind "timeout" when a
-- result is not there so many seconds after the call; chunksize: how many items travel together. Leaving the loop
-- cancels what is left.
function executor_methods:map(f, ...)
    local options, lists = {}, table.pack(...)
    if lists.n == 0 and type(f) == "table" then
        options = {timeout = f.timeout, chunksize = f.chunksize}
        lists, f = table.pack(table.unpack(f, 2)), f[1]
    end
    local size = options.chunksize or 1
    if math.type(size) ~= "integer" or size < 1 then error("map: chunksize is not a whole number from 1 on", 2) end
    local handles = submit_all(self.pool, f, zip(lists), size)
    local due = options.timeout and plait.now() + options.timeout
    local next_handle, results, next_result = 1, {n = 0}, 1
    local function next_value()
        while next_result > results.n do
            local handle = handles[next_handle]
            if not handle then return nil end
            local left = due and math.max(0, due - plait.now())
            if not porting.wait(handle, left) then raise_timeout(options.timeout) end
            next_handle = next_handle + 1
            results, next_result = handle:await(), 1
        end
        next_result = next_result + 1
        return results[next_result - 1]
    end
    -- The end of the loop, however it comes: what is left is not wanted any more.
    local rest = setmetatable({}, {__close = function()
        for i = next_handle, #handles do
            handles[i]:cancel()
            porting.receive(handles[i])
        end
    end})
    return next_value, nil, nil, rest
end

-- executor:shutdown([wait = true[, cancel_futures = false]]) or shutdown{wait =, cancel_futures =}: no more work is
-- taken. wait: for the end of what was submitted. cancel_futures: that is cancelled.
function executor_methods:shutdown(wait, cancel_futures)
    if type(wait) == "table" then wait, cancel_futures = wait.wait, wait.cancel_futures end
    if cancel_futures then self.pool:cancel() end
    self.pool:close()
    if wait ~= false then self.pool:join() end
end

return futures
