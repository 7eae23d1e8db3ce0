-- porting_pool.lua: pools of processes and of threads with Python's names, and what their asynchronous methods return.
--
-- For multiprocessing.lua, which offers them as its own.

local internal = require "plait.internal"
local plait = require "plait"
local porting = require "plait.porting"

local pools = {}

---------------------------------------------------------------------------------------------------- AsyncResult

local result_methods = {}
local AsyncResult = porting.class("AsyncResult", result_methods, {})

-- Wraps the handle of pool work. An error that no error_callback takes is left for get(), or for the report at the end.
local function async_result(handle, callback, error_callback)
    local function deliver()
        if handle:status() == "done" then
            if callback then callback((handle:await())) end
        elseif error_callback then
            error_callback(select(2, pcall(handle.await, handle)))
        end
    end
    if callback or error_callback then handle:on_done(deliver) end
    return setmetatable({handle = handle}, AsyncResult)
end

-- result:get([timeout]) waits for the results and returns them, or raises the error of the function; an error of
-- kind "timeout" after `timeout` seconds.
function result_methods:get(timeout)
    if not self:wait(timeout) then porting.raise("timeout", "the result is not ready after " .. timeout .. " s") end
    return self.handle:await()
end

-- result:wait([timeout]) waits for the end; true, or nil, "timeout". Raises nothing.
function result_methods:wait(timeout)
    return porting.wait(self.handle, porting.timeout(timeout))
end

-- result:ready() is true when get() would not wait.
function result_methods:ready()
    return self.handle:done()
end

-- result:successful() is true if the function raised nothing; an error while the result is not ready.
function result_methods:successful()
    if not self.handle:done() then error("the result is not ready", 2) end
    return self.handle:status() == "done"
end

----------------------------------------------------------------------------------------------------------- Pool

local pool_methods = {}

local pool_options = {processes = true, initializer = true, initargs = true, maxtasksperchild = true}

-- The arguments of the constructors. kind: of the workers, as plait.Pool calls them.
local function new_pool(class, options, kind)
    if type(options) ~= "table" then options = {processes = options} end
    porting.check_options(class.__name, options, pool_options)
    local init, initargs = options.initializer, porting.arguments(options.initargs)
    if init and initargs.n > 0 then
        local initializer = init
        init = function() return initializer(table.unpack(initargs, 1, initargs.n)) end
    end
    local count = options.processes or plait.cpu_count()
    return setmetatable({pool = plait.Pool{[kind] = count, init = init, recycle = options.maxtasksperchild}}, class)
end

local function close(self, err)
    if err ~= nil then self.pool:cancel() end
    self.pool:close()
    self.pool:join()
end

-- Pool([n]) or Pool{processes = n, initializer = f, initargs = {}, maxtasksperchild = k}: n processes, one per CPU when
-- not given, that wait for work. initializer: called once in each process, with initargs. maxtasksperchild: a process
-- is replaced after that many items. `local pool <close>` waits for work that was given to it and ends it; when an
-- error leaves the block, the work is cancelled first.
pools.Pool = porting.constructor({__name = "Pool", __index = pool_methods, __close = close}, function(class, options)
    return new_pool(class, options, "processes")
end)

-- ThreadPool(...): the same with threads.
pools.ThreadPool = porting.constructor({__name = "ThreadPool", __index = pool_methods, __close = close},
    function(class, options) return new_pool(class, options, "threads") end)

-- Options of plait's pool for Python's chunksize, the number of items that travel together.
local function chunk_options(chunksize)
    return chunksize and {chunk = chunksize}
end

-- pool:map(f, list[, chunksize]) returns the list of f(item), in order; raises the first error.
function pool_methods:map(f, list, chunksize)
    return self.pool:map(f, list, chunk_options(chunksize))
end

-- pool:starmap(f, list[, chunksize]) returns the list of f(table.unpack(item)), in order; raises the first error.
function pool_methods:starmap(f, list, chunksize)
    return self.pool:starmap(f, list, chunk_options(chunksize))
end

-- What a loop over results gets in place of nil, which would end it.
local function or_false(first, ...)
    if first == nil then return false, ... end
    return first, ...
end

local function imap(self, f, iterable, chunksize, ordered)
    local function call(...) return or_false(f(...)) end
    return self.pool:imap(call, iterable, {chunk = chunksize, ordered = ordered})
end

-- pool:imap(f, iterable[, chunksize]): for result in ..., in order. iterable: a list, an iterator function or a channel,
-- which is read a little ahead of the loop. A result that is nil arrives as false.
function pool_methods:imap(f, iterable, chunksize)
    return imap(self, f, iterable, chunksize, true)
end

-- pool:imap_unordered(f, iterable[, chunksize]): the same, results as they come.
function pool_methods:imap_unordered(f, iterable, chunksize)
    return imap(self, f, iterable, chunksize, false)
end

-- pool:submit(f, ...) starts f(...) in a process of the pool; returns plait's handle.
function pool_methods:submit(f, ...)
    return self.pool:submit(f, ...)
end

-- pool:apply(f[, args[, kwargs]]) calls f in a process of the pool, waits and returns its results or raises its error.
function pool_methods:apply(f, args, kwargs)
    local list = porting.arguments(args, kwargs)
    return self.pool:submit(f, table.unpack(list, 1, list.n)):await()
end

-- pool:apply_async(f[, args[, kwargs[, callback[, error_callback]]]]) starts f in a process of the pool and returns an
-- AsyncResult: get([timeout]), wait([timeout]), ready(), successful(). callback gets the result, error_callback the
-- error, in this state.
function pool_methods:apply_async(f, args, kwargs, callback, error_callback)
    local list = porting.arguments(args, kwargs)
    return async_result(self.pool:submit(f, table.unpack(list, 1, list.n)), callback, error_callback)
end

-- pool:map_async(f, list[, chunksize[, callback[, error_callback]]]) is map() that returns an AsyncResult at once.
function pool_methods:map_async(f, list, chunksize, callback, error_callback)
    local handle = internal.async(pool_methods.map, self, f, list, chunksize)
    return async_result(handle, callback, error_callback)
end

-- pool:starmap_async(f, list[, chunksize[, callback[, error_callback]]]): the same for starmap.
function pool_methods:starmap_async(f, list, chunksize, callback, error_callback)
    local handle = internal.async(pool_methods.starmap, self, f, list, chunksize)
    return async_result(handle, callback, error_callback)
end

-- pool:close() takes no more work; what was given is still done.
function pool_methods:close()
    self.pool:close()
end

-- pool:terminate() takes no more work and cancels what was given.
function pool_methods:terminate()
    self.pool:cancel()
end

-- pool:join() waits until the processes have ended, after close() or terminate().
function pool_methods:join()
    self.pool:join()
end

return pools
