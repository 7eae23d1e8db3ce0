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

local internal = require "plait.internal"
local plait = require "plait"
local porting = require "plait.porting"

local queue = {}

-- Kinds of errors: of get_nowait and a get whose time is over, of put_nowait and such a put, of a queue after
-- shutdown().
queue.Empty = "empty"
queue.Full = "full"
queue.ShutDown = "closed"

------------------------------------------------------------------------------------------------- what they are made of

-- An object of a queue holds `store`, a channel or one of plait's sorted queues. nil can be in neither; `none`, which
-- nobody else has, stands for it.
local function new_queue(class, store, maxsize)
    return setmetatable({store = store, none = plait.Value(), maxsize = maxsize}, class)
end

local function check_maxsize(class, maxsize)
    if type(maxsize) == "table" then
        porting.check_options(class.__name, maxsize, {maxsize = true})
        maxsize = maxsize.maxsize
    end
    maxsize = maxsize or 0
    if math.type(maxsize) ~= "integer" then
        internal.raise("usage", ("%s: maxsize is %s, not an integer"):format(class.__name, internal.describe(maxsize)))
    end
    return maxsize > 0 and maxsize or math.huge, math.max(0, maxsize)
end

-- The methods that all queues have. offer(store, item, block, timeout) and take(store, block, timeout) wait as Python's
-- arguments say; offer returns false, take nil and a word, if there was no room, or nothing.
local function basic_methods(offer, take)
    local methods = {}

    -- q:put(item[, block = true[, timeout]]) puts the item, which may be nil, in. Waits for room, `timeout` seconds at
    -- most; an error of kind "full" when there was none.
    function methods:put(item, block, timeout)
        if item == nil then item = self.none end
        timeout = porting.timeout(timeout)
        if not porting.closed_as("the queue was shut down", offer, self.store, item, block, timeout) then
            porting.raise(queue.Full, "the queue is full")
        end
    end

    -- q:get([block = true[, timeout]]) takes an item, or waits for one; an error of kind "empty" when there was none.
    function methods:get(block, timeout)
        local item, why = take(self.store, block, porting.timeout(timeout))
        if item == nil then
            if why == "closed" then porting.raise(queue.ShutDown, "the queue was shut down") end
            porting.raise(queue.Empty, "the queue is empty")
        end
        if item == self.none then return nil end
        return item
    end

    -- q:put_nowait(item), q:get_nowait(): they do not wait.
    function methods:put_nowait(item)
        self:put(item, false)
    end

    function methods:get_nowait()
        return self:get(false)
    end

    -- q:qsize(): how many items are in it; q:empty(): whether none is.
    function methods:qsize()
        return #self.store
    end

    function methods:empty()
        return #self.store == 0
    end

    return methods
end

local function offer_to_channel(channel, item, block, timeout)
    if block == false then return channel:try_send(item) end
    return channel:send(item, timeout)
end

local function take_from_channel(channel, block, timeout)
    if block == false then return channel:try_recv() end
    return channel:recv(timeout)
end

local function take_from_sorted(sorted, block, timeout)
    if block == false then return sorted:try_get() end
    return sorted:get(timeout)
end

---------------------------------------------------------------------------------------------------- SimpleQueue

local simple_methods = basic_methods(offer_to_channel, take_from_channel)

-- queue.SimpleQueue(): a queue without bound, and without task_done and join.
queue.SimpleQueue = porting.constructor({__name = "SimpleQueue", __index = simple_methods}, function(class)
    return new_queue(class, plait.Channel(math.huge))
end)

---------------------------------------------------------------------------------------------------------- Queue

-- `unfinished` counts items that were put and not reported as done; `all_done` is set while there are none.
local function new_joinable(class, store, maxsize)
    local q = new_queue(class, store, maxsize)
    q.unfinished, q.all_done = plait.Value(0), plait.Event()
    q.all_done:set()
    return q
end

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

-- The methods of queues that can be joined.
local function joinable_methods(offer, take)
    local methods = basic_methods(offer, take)
    local put_basic, get_basic = methods.put, methods.get

    local function put_counted(q, unfinished, item, block, timeout)
        if unfinished == 1 then tell_waiters(q) end
        put_basic(q, item, block, timeout)
    end

    -- It is counted first, so that join() cannot miss it.
    function methods:put(item, block, timeout)
        call_or_amend(Withdrawal, put_counted, self, self.unfinished:add(1), item, block, timeout)
    end

    -- q:full(): whether a put would wait.
    function methods:full()
        return self.maxsize > 0 and #self.store >= self.maxsize
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
        self.store:close()
        while immediate and pcall(get_basic, self, false) do finish_one(self) end
    end

    -- q:close(), q:join_thread(), q:cancel_join_thread(): of multiprocessing; there is nothing to do.
    function methods:close()
    end

    methods.join_thread, methods.cancel_join_thread = methods.close, methods.close
    return methods
end

local fifo_class = {__name = "Queue", __index = joinable_methods(offer_to_channel, take_from_channel)}

-- queue.Queue([maxsize = 0]) or Queue{maxsize = n}: first in, first out, with maxsize items at most; 0: without bound.
queue.Queue = porting.constructor(fifo_class, function(class, maxsize)
    local capacity, size = check_maxsize(class, maxsize)
    return new_joinable(class, plait.Channel(capacity), size)
end)

------------------------------------------------------------------------------------------------------ LifoQueue

local function offer_newest(sorted, item, block, timeout)
    if block == false then return sorted:try_put(nil, item) end
    return sorted:put(nil, item, timeout)
end

local lifo_class = {__name = "LifoQueue", __index = joinable_methods(offer_newest, take_from_sorted)}

-- queue.LifoQueue([maxsize = 0]): last in, first out.
queue.LifoQueue = porting.constructor(lifo_class, function(class, maxsize)
    local capacity, size = check_maxsize(class, maxsize)
    return new_joinable(class, internal.sorted(capacity, true), size)
end)

-------------------------------------------------------------------------------------------------- PriorityQueue

-- Bytes in the order of the numbers: as floats, and where these are equal as integers.
local function number_key(n)
    local bits = ("<i8"):unpack(("<d"):pack(n + 0.0))
    bits = bits < 0 and ~bits or bits ~ math.mininteger
    return "n" .. (">i8i8"):pack(bits, (math.tointeger(n) or 0) ~ math.mininteger)
end

local element_keys = {
    number = number_key,
    string = function(s) return "s" .. s:gsub("\0", "\0\1") .. "\0\0" end,
    boolean = function(b) return b and "b1" or "b0" end,
}

-- What an item is sorted by: itself, or of a list its elements one after another, as far as they are plain values.
local function sort_key(item)
    if type(item) == "number" or type(item) == "string" then return item end
    local parts = {}
    if type(item) == "table" then
        for i, element in ipairs(item) do
            local key_of = element_keys[type(element)]
            if not key_of then break end
            parts[i] = key_of(element)
        end
    end
    if #parts == 0 then
        error("PriorityQueue: an item is a number, a string or a list that begins with one, such as {2, \"name\"}", 0)
    end
    return table.concat(parts)
end

local function offer_by_key(sorted, item, block, timeout)
    if block == false then return sorted:try_put(sort_key(item), item) end
    return sorted:put(sort_key(item), item, timeout)
end

local priority_class = {__name = "PriorityQueue", __index = joinable_methods(offer_by_key, take_from_sorted)}

-- queue.PriorityQueue([maxsize = 0]): the smallest item first: a number, a string, or a list of these such as {2, "name"},
-- which is compared element by element. What follows in a list may be anything. Of equal ones the older comes first.
queue.PriorityQueue = porting.constructor(priority_class, function(class, maxsize)
    local capacity, size = check_maxsize(class, maxsize)
    return new_joinable(class, internal.sorted(capacity), size)
end)

return queue
