-- plait.queue: Python's names for queues between tasks, threads and processes.
--
--     local queue = require "plait.queue"
--     local q = queue.Queue(10)
--     threading.Thread{target = function() for i = 1, 3 do q:put(i) end q:put(nil) end}:start()
--     for item in q.get, q do print(item) end
--
-- What differs from Python:
-- * The queues are the same for tasks, threads and processes: asyncio.Queue and multiprocessing.Queue are these.
-- * What is put travels by copy, as in multiprocessing, also between tasks.
-- * `except queue.Empty` is plait.kind(err) == queue.Empty.

local plait = require "plait"
local porting = require "plait.porting"

local queue = {}

-- Kinds of errors: of get_nowait and a get whose time is over, of put_nowait and such a put, of a queue after
-- shutdown().
queue.Empty = "empty"
queue.Full = "full"
queue.ShutDown = "closed"

---------------------------------------------------------------------------------------------------- SimpleQueue

local simple_methods = {}

local function new_queue(class, maxsize)
    maxsize = maxsize or 0
    if math.type(maxsize) ~= "integer" then error(("%s: maxsize is no integer"):format(class.__name), 3) end
    -- nil cannot be sent through a channel; `none`, which nobody else has, stands for it.
    return setmetatable({channel = plait.Channel(maxsize > 0 and maxsize or math.huge), none = plait.Value()}, class)
end

-- queue.SimpleQueue(): a queue without bound, and without task_done and join.
queue.SimpleQueue = porting.constructor({__name = "SimpleQueue", __index = simple_methods}, function(class)
    return new_queue(class)
end)

local function raise_full()
    porting.raise(queue.Full, "the queue is full")
end

-- q:put(item[, block = true[, timeout]]) puts the item, which may be nil, at the end. Waits for room, `timeout` seconds
-- at most; an error of kind "full" when there was none.
function simple_methods:put(item, block, timeout)
    if item == nil then item = self.none end
    if block == false then
        if not self.channel:try_send(item) then raise_full() end
    elseif not self.channel:send(item, porting.timeout(timeout)) then
        raise_full()
    end
end

-- q:get([block = true[, timeout]]) takes the first item, or waits for one; an error of kind "empty" when there was none.
function simple_methods:get(block, timeout)
    local item, why
    if block == false then
        item, why = self.channel:try_recv()
    else
        item, why = self.channel:recv(porting.timeout(timeout))
    end
    if item == nil then
        if why == "closed" then porting.raise(queue.ShutDown, "the queue was shut down") end
        porting.raise(queue.Empty, "the queue is empty")
    end
    if item == self.none then return nil end
    return item
end

-- q:put_nowait(item), q:get_nowait(): they do not wait.
function simple_methods:put_nowait(item)
    self:put(item, false)
end

function simple_methods:get_nowait()
    return self:get(false)
end

-- q:qsize(): how many items are in it; q:empty(): whether none is.
function simple_methods:qsize()
    return #self.channel
end

function simple_methods:empty()
    return #self.channel == 0
end

---------------------------------------------------------------------------------------------------------- Queue

local methods = {}
for name, method in pairs(simple_methods) do methods[name] = method end

local attributes = {
    maxsize = function(q)
        local capacity = q.channel.capacity
        return capacity == math.huge and 0 or capacity
    end,
}

-- `unfinished` counts items that were put and not reported as done; `all_done` is set while there are none.
local function new_joinable(class, maxsize)
    local q = new_queue(class, maxsize)
    q.unfinished, q.all_done = plait.Value(0), plait.Event()
    q.all_done:set()
    return q
end

-- queue.Queue([maxsize = 0]): first in, first out, with maxsize items at most; 0: without bound.
queue.Queue = porting.constructor(porting.class("Queue", methods, attributes), new_joinable)

-- Makes the event say what the number does. Another strand may change the number meanwhile and set the event before
-- this one does, so whoever has set it looks once more: the last one who does finds that it is right.
local function tell_waiters(q)
    local is_done
    repeat
        is_done = q.unfinished:get() == 0
        if is_done then q.all_done:set() else q.all_done:clear() end
    until is_done == (q.unfinished:get() == 0)
end

-- Calls f(q, ...). If it fails, amends is what remains to be done: as a <close> variable, since a strand that is
-- cancelled may wait in those alone, and what belongs to another process is a wait.
local function call_or_amend(amends, f, q, ...)
    local ok, err = pcall(f, q, ...)
    if ok then return end
    local _ <close> = setmetatable({queue = q}, amends)
    error(err, 0)
end

local Telling, Withdrawal = {}, {}

function Telling:__close()
    tell_waiters(self.queue)
end

local function finish_one(q)
    local unfinished = q.unfinished:add(-1)
    if unfinished == 0 then call_or_amend(Telling, tell_waiters, q) end
    return unfinished
end

-- The item was counted, but not put.
function Withdrawal:__close()
    finish_one(self.queue)
end

local function put_counted(q, unfinished, item, block, timeout)
    if unfinished == 1 then tell_waiters(q) end
    simple_methods.put(q, item, block, timeout)
end

-- It is counted first, so that join() cannot miss it.
function methods:put(item, block, timeout)
    call_or_amend(Withdrawal, put_counted, self, self.unfinished:add(1), item, block, timeout)
end

function methods:full()
    return #self.channel >= self.channel.capacity
end

-- q:task_done() says that an item that was taken is done.
function methods:task_done()
    if finish_one(self) < 0 then
        self.unfinished:add(1)
        error("task_done: called more often than there were items", 2)
    end
end

-- q:join() waits until every item that was put is done.
function methods:join()
    while self.unfinished:get() ~= 0 do
        tell_waiters(self)
        self.all_done:wait()
    end
end

-- q:shutdown([immediate]): put is an error of kind "closed" from now on, get as soon as the queue is empty;
-- immediate: what is in it is thrown away.
function methods:shutdown(immediate)
    self.channel:close()
    while immediate and self.channel:try_recv() ~= nil do finish_one(self) end
end

-- q:close(), q:join_thread(), q:cancel_join_thread(): of multiprocessing; there is nothing to do.
function methods:close()
end

methods.join_thread = methods.close
methods.cancel_join_thread = methods.close

return queue
