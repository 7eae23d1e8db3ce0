-- porting_sync.lua: locks, semaphores, events and barriers with Python's names.
--
-- For threading.lua, multiprocessing.lua and asyncio.lua, which offer these classes as their own; a script has no use
-- for it. Each object holds one of plait's, so it is the same for tasks, threads and processes: what arrives there is
-- a copy that holds the same object. No class here has __close: a value that has one cannot travel. Python's `with
-- lock:` is lock:with(f), or `local _ <close> = lock:acquire()` in a block.

local internal = require "plait.internal"
local plait = require "plait"
local porting = require "plait.porting"

local sync = {}

-- What acquire of locks and semaphores does with Python's arguments. Returns plait's own object, which counts as true
-- and can be kept in a <close> variable, or false if it was not acquired.
local function acquire(object, blocking, timeout)
    if type(blocking) == "number" then
        internal.raise("usage", "acquire: the time-out is the second argument: acquire(true, 1)")
    end
    local seconds = porting.patience(timeout)
    if blocking == false then return object:try() or false end
    return object:acquire(seconds) or false
end

----------------------------------------------------------------------------------------------------------- Lock

-- A Lock of Python's has no owner: any strand may release it, and who has it and acquires it again waits. So it is a
-- semaphore with one permit; plait's Lock would refuse both.
local lock_methods = {}

-- threading.Lock(): a lock for tasks, threads and processes alike. It is not re-entrant.
sync.Lock = porting.constructor({__name = "Lock", __index = lock_methods}, function(class)
    return setmetatable({permit = plait.Semaphore(1, {bounded = true})}, class)
end)

-- lock:acquire([blocking = true[, timeout = -1]]) takes the lock. timeout: seconds, -1 for ever.
-- Returns plait's own object, or false if not taken.
function lock_methods:acquire(blocking, timeout)
    return acquire(self.permit, blocking, timeout)
end

-- lock:release() gives the lock back, whoever has taken it; an error if nobody has.
function lock_methods:release()
    local ok, err = pcall(self.permit.release, self.permit)
    if ok then return end
    if plait.kind(err) == "usage" then internal.raise("usage", "release: the lock is not locked") end
    error(err, 0)
end

-- lock:locked() is true while any strand holds the lock.
function lock_methods:locked()
    return self.permit:free() == 0
end

-- lock:with(f, ...) calls f(...) while holding the lock and returns its results; releases it on errors too.
function lock_methods:with(f, ...)
    return self.permit:with(f, ...)
end

---------------------------------------------------------------------------------------------------------- RLock

local rlock_methods = {}

-- threading.RLock(): one that its owner may acquire again, and must release as often.
sync.RLock = porting.constructor({__name = "RLock", __index = rlock_methods}, function(class)
    return setmetatable({lock = plait.RLock()}, class)
end)

-- rlock:acquire([blocking = true[, timeout = -1]]) takes the lock. timeout: seconds, -1 for ever.
-- Returns plait's own lock, or false if not taken.
function rlock_methods:acquire(blocking, timeout)
    return acquire(self.lock, blocking, timeout)
end

-- rlock:release() gives the lock back; an error if another strand holds it.
function rlock_methods:release()
    self.lock:release()
end

-- rlock:locked() is true while any strand holds the lock.
function rlock_methods:locked()
    return self.lock:locked()
end

-- rlock:with(f, ...) calls f(...) while holding the lock and returns its results; releases it on errors too.
function rlock_methods:with(f, ...)
    return self.lock:with(f, ...)
end

------------------------------------------------------------------------------------------------------ Semaphore

local semaphore_methods = {}

local function new_semaphore(class, value, options)
    return setmetatable({semaphore = plait.Semaphore(value or 1, options)}, class)
end

-- threading.Semaphore([value = 1]): so many strands at a time.
sync.Semaphore = porting.constructor({__name = "Semaphore", __index = semaphore_methods}, new_semaphore)

-- threading.BoundedSemaphore([value = 1]): releasing it more often than it was acquired is an error.
sync.BoundedSemaphore = porting.constructor({__name = "BoundedSemaphore", __index = semaphore_methods},
    function(class, value) return new_semaphore(class, value, {bounded = true}) end)

-- semaphore:acquire([blocking = true[, timeout = -1]]): as lock:acquire.
function semaphore_methods:acquire(blocking, timeout)
    return acquire(self.semaphore, blocking, timeout)
end

-- semaphore:release([n = 1]) gives n permits back.
function semaphore_methods:release(n)
    self.semaphore:release(n)
end

-- semaphore:locked() is true when acquire would wait.
function semaphore_methods:locked()
    return self.semaphore:free() == 0
end

-- semaphore:get_value(): how many permits are free.
function semaphore_methods:get_value()
    return self.semaphore:free()
end

-- semaphore:with(f, ...): as lock:with.
function semaphore_methods:with(f, ...)
    return self.semaphore:with(f, ...)
end

------------------------------------------------------------------------------------------------------ Condition

local condition_methods = {}

-- An object holds `condition`, plait's own with an RLock, and for a Lock, which has no owner, `outer`: that Lock. Then
-- the condition's own lock is held only by those who begin to wait and who notify.

-- threading.Condition([lock]): strands that wait for a change of what the lock guards; by default an RLock of its own.
sync.Condition = porting.constructor({__name = "Condition", __index = condition_methods}, function(class, lock)
    local metatable = type(lock) == "table" and getmetatable(lock)
    if metatable == sync.Lock then return setmetatable({condition = plait.Condition(), outer = lock}, class) end
    if lock ~= nil and metatable ~= sync.RLock then
        error("Condition: argument 1 is no Lock or RLock of this module", 2)
    end
    return setmetatable({condition = plait.Condition(lock and lock.lock)}, class)
end)

-- condition:acquire([blocking[, timeout]]), release(), locked(), with(f, ...): those of its lock.
function condition_methods:acquire(blocking, timeout)
    return acquire(self.outer and self.outer.permit or self.condition, blocking, timeout)
end

function condition_methods:release()
    if self.outer then return self.outer:release() end
    self.condition:release()
end

function condition_methods:locked()
    return (self.outer or self.condition):locked()
end

function condition_methods:with(f, ...)
    return (self.outer or self.condition):with(f, ...)
end

local function require_locked(condition, what)
    if not condition.outer:locked() then internal.raise("usage", what .. ": the lock is not locked") end
end

-- The end of a wait, however it came: the Lock is taken again, after the condition's own lock is free, since who
-- notifies takes them in the other order. As a <close> variable, since a strand that is cancelled can wait in those
-- alone.
local Return = {}

function Return:__close()
    pcall(self.condition.release, self.condition) -- not held if that was abandoned
    if self.outer then self.outer:acquire() end
end

local function wait_outside(condition, timeout)
    require_locked(condition, "wait")
    local own = condition.condition
    own:acquire()
    local way <close> = setmetatable({condition = own}, Return)
    condition.outer:release()
    way.outer = condition.outer
    return own:wait(timeout) or false
end

-- condition:wait([timeout]), with the lock: gives it back, waits until it is notified, and takes it again; false when the
-- time was over before.
function condition_methods:wait(timeout)
    timeout = porting.timeout(timeout)
    if self.outer then return wait_outside(self, timeout) end
    return self.condition:wait(timeout) or false
end

-- condition:wait_for(predicate[, timeout]), with the lock: waits until predicate() gives something true, and returns that;
-- what it gave last when the time was over before.
function condition_methods:wait_for(predicate, timeout)
    timeout = porting.timeout(timeout)
    local due = timeout and plait.now() + timeout
    local result = predicate()
    while not result do
        local left = due and due - plait.now()
        if left and left <= 0 then return result or false end
        self:wait(left)
        result = predicate()
    end
    return result
end

-- condition:notify([n = 1]), notify_all(), with the lock: wakes n of those who wait, or all.
function condition_methods:notify(n)
    if not self.outer then return self.condition:notify(n) end
    require_locked(self, "notify")
    self.condition:with(self.condition.notify, self.condition, n)
end

function condition_methods:notify_all()
    if not self.outer then return self.condition:notify_all() end
    require_locked(self, "notify_all")
    self.condition:with(self.condition.notify_all, self.condition)
end

condition_methods.notifyAll = condition_methods.notify_all

---------------------------------------------------------------------------------------------------------- Event

local event_methods = {}

-- threading.Event(): not set until event:set().
sync.Event = porting.constructor({__name = "Event", __index = event_methods}, function(class)
    return setmetatable({event = plait.Event()}, class)
end)

function event_methods:set()
    self.event:set()
end

function event_methods:clear()
    self.event:clear()
end

function event_methods:is_set()
    return self.event:is_set()
end

event_methods.isSet = event_methods.is_set

-- event:wait([timeout]): true when it is set, false when the time is over before.
function event_methods:wait(timeout)
    return self.event:wait(porting.timeout(timeout)) or false
end

-------------------------------------------------------------------------------------------------------- Barrier

local barrier_methods = {}

local barrier_attributes = {
    parties = function(barrier) return barrier.come.parties end,
    n_waiting = function(barrier) return barrier.come:waiting() end,
    broken = function(barrier) return barrier.come:broken() end,
}

-- threading.Barrier(parties[, action[, timeout]]), or Barrier{parties =, action =, timeout =}: where so many strands
-- wait for each other. action: called by one of them before all go on. timeout: for waits that give none.
sync.Barrier = porting.constructor(porting.class("Barrier", barrier_methods, barrier_attributes),
    function(class, parties, action, timeout)
        if type(parties) == "table" then
            porting.check_options("Barrier", parties, {parties = true, action = true, timeout = true})
            parties, action, timeout = parties.parties, parties.action, parties.timeout
        end
        local barrier = {come = plait.Barrier(parties), action = action, timeout = timeout}
        -- Those who have come wait there until the action is done.
        if action then barrier.go = plait.Barrier(parties) end
        return setmetatable(barrier, class)
    end)

-- Breaks the barrier unless all went well. As a <close> variable, since a strand that is cancelled may still do that.
local Breaker = {}

function Breaker:__close()
    if self.barrier then self.barrier:abort() end
end

local function run_action(barrier, place)
    local breaker <close> = setmetatable({barrier = barrier}, Breaker)
    if place == barrier.come.parties then barrier.action() end
    barrier.go:wait()
    breaker.barrier = nil
end

-- barrier:wait([timeout]) waits until all have come; a number from 0 to parties - 1, different for each. When the time
-- is over the barrier is broken: an error of kind "broken_barrier" for all, until reset().
function barrier_methods:wait(timeout)
    local place = self.come:wait(porting.timeout(timeout or self.timeout))
    if not place then porting.raise("broken_barrier", "the barrier was broken: a wait for it timed out") end
    if self.action then run_action(self, place) end
    return place - 1
end

-- barrier:reset() makes it whole again, for whom it is broken and empty; who waits gets an error.
function barrier_methods:reset()
    self.come:reset()
    if self.go then self.go:reset() end
end

-- barrier:abort() breaks it.
function barrier_methods:abort()
    self.come:abort()
    if self.go then self.go:abort() end
end

return sync
