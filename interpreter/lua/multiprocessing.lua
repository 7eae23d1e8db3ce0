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

local internal = require "plait.internal"
local plait = require "plait"
local managers = require "plait.porting_manager"
local pool = require "plait.porting_pool"
local porting = require "plait.porting"
local queue = require "plait.queue"
local sync = require "plait.porting_sync"

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

----------------------------------------------------------------------------------------------------------- Pool

-- multiprocessing.Pool([n]) or Pool{processes = n, initializer = f, initargs = {}, maxtasksperchild = k}: n processes,
-- one per CPU when not given, that wait for work; multiprocessing.pool.ThreadPool(...): threads. See porting_pool.lua.
multiprocessing.Pool = pool.Pool
multiprocessing.pool = {Pool = pool.Pool, ThreadPool = pool.ThreadPool}

-------------------------------------------------------------------------------------------------- shared objects

-- The same as those of threading, and queues as those of plait.queue: for tasks, threads and processes alike. Those of
-- Python's multiprocessing have close(), join_thread() and cancel_join_thread() too.
multiprocessing.Lock, multiprocessing.RLock = sync.Lock, sync.RLock
multiprocessing.Semaphore, multiprocessing.BoundedSemaphore = sync.Semaphore, sync.BoundedSemaphore
multiprocessing.Condition, multiprocessing.Event, multiprocessing.Barrier = sync.Condition, sync.Event, sync.Barrier
multiprocessing.Queue, multiprocessing.JoinableQueue = queue.Queue, queue.Queue
multiprocessing.SimpleQueue = queue.SimpleQueue

local value_methods = {}

-- The least and the greatest integer of a type code; others hold any integer.
local ranges = {
    b = {-0x80, 0x7F}, B = {0, 0xFF}, h = {-0x8000, 0x7FFF}, H = {0, 0xFFFF}, i = {-0x80000000, 0x7FFFFFFF},
    I = {0, 0xFFFFFFFF},
}

-- The number as a Value of that type code holds it; a usage error if it cannot.
local function check_number(typecode, number)
    if type(number) ~= "number" then
        internal.raise("usage", ("Value: %s is not a number"):format(internal.describe(number)))
    end
    if typecode == "d" or typecode == "f" then return number + 0.0 end
    local whole, range = math.tointeger(number), ranges[typecode]
    if not whole then internal.raise("usage", ("Value: %s is no integer"):format(number)) end
    if range and (whole < range[1] or whole > range[2]) then
        internal.raise("usage", ("Value: %d does not fit into '%s' (%d to %d)"):format(whole, typecode, range[1], range[2]))
    end
    return whole
end

-- No __close: a value that has one cannot travel to a thread or a process. `value` is never in the table itself, so
-- every read and write, of a copy too, reaches the shared plait.Value.
local Value = {__name = "Value"}

function Value:__index(key)
    if key == "value" then return self.cell.value end
    return value_methods[key]
end

function Value:__newindex(key, new)
    if key ~= "value" then error(("a Value has no field '%s'"):format(tostring(key)), 2) end
    self.cell.value = check_number(self.typecode, new)
end

-- value:get_lock() returns the lock that belongs to the value: value.value = value.value + 1 is two steps.
function value_methods:get_lock()
    return self.lock
end

-- multiprocessing.Value(typecode[, initial = 0]): one value for tasks, threads and processes, read and written as
-- v.value. typecode: "d" or "f" for a float, "b" "B" "h" "H" "i" "I" "l" "L" "q" "Q" for an integer.
multiprocessing.Value = porting.constructor(Value, function(_, typecode, initial)
    if type(typecode) ~= "string" or not typecode:find("^[bBhHiIlLqQdf]$") then
        error(("Value: unknown type '%s', expected \"i\" or \"d\""):format(tostring(typecode)), 2)
    end
    local cell = plait.Value(check_number(typecode, initial or 0))
    return setmetatable({cell = cell, typecode = typecode, lock = sync.RLock()}, Value)
end)

local array_methods = {}

local Array = {__name = "Array"}

-- nil right after the last element, for ipairs.
function Array:__index(key)
    if math.type(key) ~= "integer" then return array_methods[key] end
    local cells = rawget(self, "cells")
    if key ~= #cells + 1 then return cells[key] end
end

function Array:__newindex(key, new)
    rawget(self, "cells")[key] = new
end

function Array:__len()
    return #rawget(self, "cells")
end

function Array:__tostring()
    return tostring(rawget(self, "cells"))
end

-- array:get_lock() returns the lock that belongs to the array; array:get_obj() plait's own Array.
function array_methods:get_lock()
    return rawget(self, "lock")
end

function array_methods:get_obj()
    return rawget(self, "cells")
end

local array_types = {
    b = "i8", B = "u8", h = "i16", H = "u16", i = "i32", I = "u32", l = "i64", L = "u64", q = "i64", Q = "u64",
    f = "f32", d = "f64",
}

-- multiprocessing.Array(typecode, n or list): numbers in memory that processes share, a[1] to a[#a]. typecode: "d" or
-- "f" for floats, "b" "B" "h" "H" "i" "I" "l" "L" "q" "Q" for integers of 8, 16, 32 and 64 bits.
multiprocessing.Array = porting.constructor(Array, function(_, typecode, content)
    local type_name = array_types[typecode]
    if not type_name then
        error(("Array: unknown type '%s', expected \"i\" or \"d\""):format(tostring(typecode)), 2)
    end
    return setmetatable({cells = plait.Array(type_name, content), lock = sync.RLock()}, Array)
end)

----------------------------------------------------------------------------------------------------------- Pipe

local connection_methods = {}

local Connection = {__name = "Connection", __index = connection_methods}
multiprocessing.Connection = Connection

-- What poll() has taken out of a channel to see that something is there: {item}. There is one for each state, so the
-- copies of a connection in it have the same.
local peeked = setmetatable({}, {__mode = "k"})

-- connection:send(item) sends it to the other end, and does not wait. An error of kind "closed" if that is closed.
function connection_methods:send(item)
    if not self.outbox then error("send: this end of the pipe only receives", 2) end
    if item == nil then item = self.none end
    self.outbox:send(item)
end

-- connection:recv() waits for what the other end sends; an error of kind "closed" (Python's EOFError) when that is
-- closed and nothing is left.
function connection_methods:recv()
    if not self.inbox then error("recv: this end of the pipe only sends", 2) end
    local held = peeked[self.inbox]
    peeked[self.inbox] = nil
    local item = held and held[1]
    if not held then item = self.inbox:recv() end
    if item == nil then porting.raise("closed", "the other end of the pipe was closed") end
    if item == self.none then return nil end
    return item
end

-- connection:poll([timeout = 0]): whether recv() would not wait, after `timeout` seconds at most; -1: for ever.
function connection_methods:poll(timeout)
    if not self.inbox then error("poll: this end of the pipe only sends", 2) end
    if peeked[self.inbox] then return true end
    local item, why = self.inbox:recv(porting.patience(timeout or 0))
    if item ~= nil then peeked[self.inbox] = {item} end
    return item ~= nil or why == "closed"
end

-- connection:close(): the other end receives what was sent, and then gets an error.
function connection_methods:close()
    -- In this order: who has received the end of it cannot send any more.
    if self.inbox then self.inbox:close() end
    if self.outbox then self.outbox:close() end
end

-- multiprocessing.Pipe([duplex = true]): two connected ends. Not duplex: the first receives, the second sends.
function multiprocessing.Pipe(duplex)
    local to_first, to_second, none = plait.Channel(math.huge), nil, plait.Value()
    if duplex ~= false then to_second = plait.Channel(math.huge) end
    return setmetatable({inbox = to_first, outbox = to_second, none = none}, Connection),
        setmetatable({inbox = to_second, outbox = to_first, none = none}, Connection)
end

-------------------------------------------------------------------------------------------------------- Manager

-- multiprocessing.Manager(): manager:dict([table]), list([list]), Namespace(), Queue(), JoinableQueue(), Lock(), RLock(),
-- Semaphore(), BoundedSemaphore(), Condition(), Event(), Barrier(), Value(), Array(), Pool(), shutdown(), <close>.
multiprocessing.Manager = managers.Manager

for _, name in ipairs{
    "Queue", "JoinableQueue", "Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier", "Value",
    "Array", "Pool",
} do
    managers.methods[name] = function(_, ...) return multiprocessing[name](...) end
end

------------------------------------------------------------------------------------------------ ways of starting

-- There is one way to start a child, which is what Python calls "spawn", so these change nothing.
function multiprocessing.get_start_method()
    return "spawn"
end

local start_methods = {spawn = true, fork = true, forkserver = true}

local function check_method(method)
    if method ~= nil and not start_methods[method] then
        internal.raise("usage", ("there is no start method %s; there are 'spawn', 'fork' and 'forkserver', which are " ..
            "all the same here"):format(internal.describe(method)))
    end
end

function multiprocessing.set_start_method(method)
    check_method(method)
end

function multiprocessing.get_context(method)
    check_method(method)
    return multiprocessing
end

function multiprocessing.freeze_support()
end

return multiprocessing
