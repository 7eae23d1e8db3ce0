-- plait.multiprocessing: Python's names for processes and pools.
--
--     local multiprocessing = require "plait.multiprocessing"
--     local p = multiprocessing.Process{target = worker, args = {1}}
--     p:start()
--     p:join()
--
--     local pool <close> = multiprocessing.Pool(4)
--     local squares = pool:map(square, {1, 2, 3})
--
-- What differs from Python:
-- * No `if __name__ == "__main__"`: a child gets the function and what it captures, and does not run the script again.
-- * join() does not raise the body's error, as in Python, but the error is not lost: it is reported at the end of
--   the program, and the exit status is 1. await(p.handle) receives it, and the results of the body. The death of
--   a process after terminate() or kill() is no error.
-- * Locks and Values are the same objects as those of threads and tasks.
-- * `kwargs`, a table, is handed to `target` as its last argument.

local plait = require "plait"
local porting = require "plait.porting"
local threading = require "plait.threading"

local multiprocessing = {}

-- The kind of the error that get() raises when its time is over: plait.kind(err) == multiprocessing.TimeoutError.
multiprocessing.TimeoutError = "timeout"

-------------------------------------------------------------------------------------------------------- Process

local methods = {noun = "process", spawn = plait.spawn_process}
for name, method in pairs(porting.strand_methods) do methods[name] = method end

local function pid(process)
    return process.handle and process.handle.pid
end

-- Python's code: nil while it runs, 0, the exit status, 1 after an error, or -n if signal n ended it.
local function exitcode(process)
    local handle = process.handle
    if not handle or not handle:done() then return nil end
    if handle.signal then return -handle.signal end
    if handle:status() == "failed" and (handle.exitcode or 0) == 0 then return 1 end
    return handle.exitcode
end

-- p.name and p.daemon are plain fields, to be set before start(). p.pid, p.ident and p.exitcode are nil before the
-- start. p.handle is plait's handle, nil before the start.
local Process = porting.class("Process", methods, {pid = pid, ident = pid, exitcode = exitcode})

function Process:__tostring()
    local state = not self.handle and "initial" or self:is_alive() and "started" or "stopped"
    return ("<Process(%s, %s)>"):format(self.name, state)
end

-- p:terminate() asks the process to end, with SIGTERM; p:kill() ends it, with SIGKILL. Both return at once: join().
function methods:terminate()
    porting.require_started(self)
    if self.handle:done() then return end
    porting.receive(self.handle)
    self.handle:terminate()
end

function methods:kill()
    porting.require_started(self)
    if self.handle:done() then return end
    porting.receive(self.handle)
    self.handle:kill()
end

-- p:close() is an error while the process runs; there is nothing else to release.
function methods:close()
    if self:is_alive() then error("cannot close a process while it is running", 2) end
end

local count = 0

-- multiprocessing.Process{target =, args = {}, kwargs =, name =, daemon =, private =, globals =}: a process that waits
-- for its start(). args: list, with .n when it holds nils. name: "Process-1" and so on when not given. daemon: true if
-- it ends with the program instead of being waited for. globals: as for spawn_process.
-- Methods: start(), join([timeout]), is_alive(), terminate(), kill(), close().
multiprocessing.Process = porting.constructor(Process, function(_, options)
    porting.check_options("Process", options, porting.strand_options)
    if options.target == nil then error("Process: 'target' is missing, the function to run", 2) end
    count = count + 1
    local process = setmetatable({name = "Process-" .. count, daemon = false}, Process)
    for key, value in pairs(options) do process[key] = value end
    return process
end)

-- multiprocessing.current_process(): the process of the caller, with its name and pid.
function multiprocessing.current_process()
    local handle = plait.current()
    local name = handle and handle.kind == "process" and handle.name or "MainProcess"
    return {name = name, pid = plait.pid(), ident = plait.pid(), daemon = false}
end

-- multiprocessing.active_children(): list of the living processes that this state started with this module.
function multiprocessing.active_children()
    return porting.alive("process")
end

-- multiprocessing.cpu_count(): how many CPUs this program may use.
multiprocessing.cpu_count = plait.cpu_count

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
local Pool = {__name = "Pool", __index = pool_methods}

local pool_options = {processes = true, initializer = true, initargs = true, maxtasksperchild = true}

-- multiprocessing.Pool([n]) or Pool{processes = n, initializer = f, initargs = {}, maxtasksperchild = k}: n processes,
-- one per CPU when not given, that wait for work. initializer: called once in each process, with initargs.
-- maxtasksperchild: a process is replaced after that many items. `local pool <close>` waits for work that was given
-- to it and ends it; when an error leaves the block, the work is cancelled first.
multiprocessing.Pool = porting.constructor(Pool, function(_, options)
    if type(options) ~= "table" then options = {processes = options} end
    porting.check_options("Pool", options, pool_options)
    local init, initargs = options.initializer, porting.arguments(options.initargs)
    if init and initargs.n > 0 then
        local initializer = init
        init = function() return initializer(table.unpack(initargs, 1, initargs.n)) end
    end
    local processes = options.processes or multiprocessing.cpu_count()
    local pool = plait.Pool{processes = processes, init = init, recycle = options.maxtasksperchild}
    return setmetatable({pool = pool}, Pool)
end)

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
    local handle = plait.async(pool_methods.map, self, f, list, chunksize)
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

function Pool:__close(err)
    if err ~= nil then self.pool:cancel() end
    self.pool:close()
    self.pool:join()
end

-------------------------------------------------------------------------------------------------- shared objects

-- multiprocessing.Lock(): the same lock as threading.Lock().
multiprocessing.Lock = threading.Lock

local value_methods = {}

-- No __close: a value that has one cannot travel to a thread or a process. `value` is never in the table itself, so
-- every read and write, of a copy too, reaches the shared plait.Value.
local Value = {__name = "Value"}

function Value:__index(key)
    if key == "value" then return self.cell.value end
    return value_methods[key]
end

function Value:__newindex(key, new)
    if key ~= "value" then error(("a Value has no field '%s'"):format(tostring(key)), 2) end
    self.cell.value = new
end

-- value:get_lock() returns the lock that belongs to the value: value.value = value.value + 1 is two steps.
function value_methods:get_lock()
    return self.lock
end

-- multiprocessing.Value(typecode[, initial = 0]): one value for tasks, threads and processes, read and written as
-- v.value. typecode: "d" or "f" for a float, "b" "B" "h" "H" "i" "I" "l" "L" "q" "Q" for an integer.
multiprocessing.Value = porting.constructor(Value, function(_, typecode, initial)
    initial = initial or 0
    if typecode == "d" or typecode == "f" then
        initial = initial + 0.0
    elseif type(typecode) == "string" and typecode:find("^[bBhHiIlLqQ]$") then
        if not math.tointeger(initial) then error(("Value: %s is no integer"):format(tostring(initial)), 2) end
        initial = math.tointeger(initial)
    else
        error(("Value: unknown type '%s', expected \"i\" or \"d\""):format(tostring(typecode)), 2)
    end
    return setmetatable({cell = plait.Value(initial), lock = threading.Lock()}, Value)
end)

return multiprocessing
