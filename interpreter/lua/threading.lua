-- plait.threading: Python's names for threads and what they share.
--
--     local threading = require "plait.threading"
--     local t = threading.Thread{target = worker, args = {1}}
--     t:start()
--     t:join()
--
-- What differs from Python:
-- * A thread has a Lua state of its own and truly runs in parallel. `target`, what it captures and its arguments
--   travel by copy; a write to a captured variable would be lost, so start() refuses it and names the line. Share
--   a plait.Value or a Lock of this module instead.
-- * join() does not raise the body's error, as in Python, but the error is not lost: it is reported at the end of
--   the program, and the exit status is 1. await(t.handle) receives it, and the results of the body.
-- * `kwargs`, a table, is handed to `target` as its last argument.

local internal = require "plait.internal"
local plait = require "plait"
local porting = require "plait.porting"
local sync = require "plait.porting_sync"

local threading = {}

-- The OS's number of the calling thread.
local os_thread_id = internal.thread_id

--------------------------------------------------------------------------------------------------------- Thread

local methods = {noun = "thread", spawn = plait.spawn_thread}
for name, method in pairs(porting.strand_methods) do methods[name] = method end

local function native_id(thread)
    return thread.handle and thread.handle.tid
end

-- t.name and t.daemon are plain fields, to be set before start(). t.ident and t.native_id are the OS's number of the
-- thread, nil before its start. t.handle is plait's handle, nil before the start.
local Thread = porting.class("Thread", methods, {ident = native_id, native_id = native_id})

function Thread:__tostring()
    local state = not self.handle and "initial" or self:is_alive() and "started" or "stopped"
    return ("<Thread(%s, %s)>"):format(self.name, state)
end

-- t:getName(), t:setName(name), t:isDaemon(), t:setDaemon(flag): Python's old names.
function methods:getName()
    return self.name
end

function methods:setName(name)
    self.name = name
end

function methods:isDaemon()
    return self.daemon
end

function methods:setDaemon(is_daemon)
    if self.handle then error("setDaemon: the thread was started", 2) end
    self.daemon = is_daemon
end

local count = 0

-- threading.Thread{target =, args = {}, kwargs =, name =, daemon =, private =, globals =}: a thread that waits for its
-- start(). args: list, with .n when it holds nils. name: "Thread-1" and so on when not given. daemon: true if the end
-- of the program shall not wait for it. private, globals: as for spawn_thread.
-- Methods: start(), join([timeout]), is_alive().
threading.Thread = porting.constructor(Thread, function(_, options)
    porting.check_options("Thread", options, porting.strand_options)
    if options.target == nil then error("Thread: 'target' is missing, the function to run", 2) end
    count = count + 1
    local thread = setmetatable({name = "Thread-" .. count, daemon = false}, Thread)
    for key, value in pairs(options) do thread[key] = value end
    return thread
end)

---------------------------------------------------------------------------------------------------------- Timer

local timer_methods = {}
local Timer = porting.class("Timer", timer_methods, {})

-- threading.Timer(interval, f[, args[, kwargs]]): calls f once, `interval` seconds after start(), unless cancelled
-- before. f runs as a task of the strand's own state, so it may write to what it captures. The end of the program
-- waits for a timer that was not cancelled.
threading.Timer = porting.constructor(Timer, function(_, interval, f, args, kwargs)
    if type(interval) ~= "number" then error("Timer: 'interval' is not a number of seconds", 2) end
    if f == nil then error("Timer: the function to call is missing", 2) end
    return setmetatable({interval = interval, f = f, arguments = porting.arguments(args, kwargs)}, Timer)
end)

-- timer:start() begins the interval. A second start is an error.
function timer_methods:start()
    if self.handle then error("timers can only be started once", 2) end
    local function fire()
        self.fired = true
        if not self.cancelled then return self.f(table.unpack(self.arguments, 1, self.arguments.n)) end
    end
    self.handle = plait.after(self.cancelled and 0 or self.interval, fire)
end

-- timer:cancel() stops a timer that has not fired; once f runs it has no effect.
function timer_methods:cancel()
    self.cancelled = true
    if self.handle and not self.fired then self.handle:cancel() end
end

timer_methods.join = porting.strand_methods.join
timer_methods.is_alive = porting.strand_methods.is_alive
timer_methods.noun = "timer"

---------------------------------------------------------------------------------------------------------- locks

-- threading.Lock(), RLock(), Semaphore([value]), BoundedSemaphore([value]), Condition([lock]), Event(), Barrier(parties[, action[,
-- timeout]]): see porting_sync.lua.
threading.Lock, threading.RLock = sync.Lock, sync.RLock
threading.Semaphore, threading.BoundedSemaphore = sync.Semaphore, sync.BoundedSemaphore
threading.Condition, threading.Event, threading.Barrier = sync.Condition, sync.Event, sync.Barrier

-- The kind of the error of a broken barrier.
threading.BrokenBarrierError = "broken_barrier"

---------------------------------------------------------------------------------------------------------- Local

-- What each object holds here; by an object that its copies share, since each thread gets a copy.
local holdings = setmetatable({}, {__mode = "k"})

local function holding(object)
    local key = rawget(object, 1)
    local held = holdings[key]
    if not held then
        held = {}
        holdings[key] = held
    end
    return held
end

local Local = {__name = "Local"}

function Local:__index(name) return holding(self)[name] end
function Local:__newindex(name, value) holding(self)[name] = value end

-- threading.Local(): Python's threading.local, which is a word of Lua. Its fields are each thread's own, and empty in a
-- new one; tasks of a thread share them.
threading.Local = porting.constructor(Local, function(class)
    return setmetatable({plait.Value()}, class)
end)

------------------------------------------------------------------------------------------------------ who am I

-- The thread this state belongs to, once a call has seen its handle; a task in it cannot.
local here

local main_methods = {noun = "thread"}
for _, name in ipairs{"getName", "setName", "isDaemon"} do main_methods[name] = methods[name] end

function main_methods:is_alive()
    return true
end

-- Nobody can wait for the main thread: it ends last.
function main_methods:join()
    internal.raise("deadlock", here and "join: the main thread waits for the end of this one" or
        "join: a thread cannot wait for its own end")
end

local main = setmetatable({name = "MainThread", daemon = false}, porting.class("Thread", main_methods,
    {ident = os_thread_id, native_id = os_thread_id}))

-- threading.main_thread(): the thread of the main script, as an object with name, ident and native_id.
function threading.main_thread()
    return main
end

-- threading.current_thread(): the thread that runs the caller. Its name is the one given at the start.
function threading.current_thread()
    local handle = plait.current()
    if handle and handle.kind == "thread" and not (here and here.handle == handle) then
        here = setmetatable({name = handle.name, handle = handle}, Thread)
    end
    return here or main
end

-- threading.get_ident(), threading.get_native_id(): the OS's number of the calling thread.
threading.get_ident = os_thread_id
threading.get_native_id = os_thread_id

-- threading.enumerate(): list of the main thread and the living threads that this state started with this module.
function threading.enumerate()
    local list = porting.alive("thread")
    table.insert(list, 1, main)
    return list
end

-- threading.active_count(): how many enumerate() lists.
function threading.active_count()
    return #threading.enumerate()
end

-- Python's old names.
threading.currentThread, threading.activeCount = threading.current_thread, threading.active_count

threading.current_thread() -- notes the thread at the first require, which its function usually does itself

return threading
