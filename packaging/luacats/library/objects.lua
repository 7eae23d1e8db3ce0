---@meta _

-- Objects that tasks, threads and processes share.

---@class plait.Lock
local Lock = {}

---Waits for the lock; the lock itself, for a `<close>` variable, or nil, "timeout".
---@async
---@param timeout? number
---@return plait.Lock?
---@return "timeout"?
function Lock:acquire(timeout) end

---The lock, or nil if somebody has it.
---@return plait.Lock?
function Lock:try() end

function Lock:release() end

---Whether anybody has it.
---@return boolean
function Lock:locked() end

---What f returns; the lock is held meanwhile.
---@async
---@param f fun(...: any): ...
---@param ... any
---@return any ...
function Lock:with(f, ...) end

---Makes an abandoned lock free.
---@return plait.Lock
function Lock:recover() end

---@class plait.Value
---@field value boolean|number|string|nil
local Value = {}

---@return boolean|number|string|nil
function Value:get() end

---@param value boolean|number|string|nil
function Value:set(value) end

---Adds in one step.
---@param n number
---@return number sum
function Value:add(n) end

---If it is old, it becomes new.
---@param old boolean|number|string|nil
---@param new boolean|number|string|nil
---@return boolean
function Value:cas(old, new) end

---What f returns is stored: one step for others.
---@async
---@generic T
---@param f fun(old: any): T
---@return T new
function Value:update(f) end

---@class plait.Table
---@field [any] any
---@operator len: integer

---@alias plait.ArrayType "i8"|"i16"|"i32"|"i64"|"u8"|"u16"|"u32"|"u64"|"f32"|"f64"

---@class plait.Array
---@field type plait.ArrayType
---@field [integer] number
---@operator len: integer
local Array = {}

---Adds to an element in one step.
---@param i integer
---@param n number
---@return number sum
function Array:add(i, n) end

---@param value number
function Array:fill(value) end

---The bytes of elements i to j.
---@param i? integer
---@param j? integer
---@return string
function Array:bytes(i, j) end

---@class plait.Channel
---@field capacity number
---@operator call: any
---@operator len: integer
local Channel = {}

---@async
---@param v any
---@param timeout? number
---@return true?
---@return "timeout"?
function Channel:send(v, timeout) end

---The oldest value; nil, "closed"; nil, "timeout".
---@async
---@param timeout? number
---@return any v
---@return ("closed"|"timeout")?
function Channel:recv(timeout) end

---Whether there was room, or a receiver.
---@param v any
---@return boolean
function Channel:try_send(v) end

---A value; nil, "empty"; nil, "closed".
---@return any v
---@return ("empty"|"closed")?
function Channel:try_recv() end

---A case for plait.select: to send v.
---@param v any
---@return plait.Sending
---@nodiscard
function Channel:sending(v) end

---What is queued can still be received.
function Channel:close() end

---@return boolean
function Channel:closed() end

---@class plait.Sending

---@class plait.Semaphore
local Semaphore = {}

---@async
---@param timeout? number
---@return plait.Semaphore?
---@return "timeout"?
function Semaphore:acquire(timeout) end

---@return plait.Semaphore?
function Semaphore:try() end

---@param k? integer
function Semaphore:release(k) end

---What f returns; f has a permit meanwhile.
---@async
---@param f fun(...: any): ...
---@param ... any
---@return any ...
function Semaphore:with(f, ...) end

---How many permits are free.
---@return integer
function Semaphore:free() end

---@class plait.Condition
local Condition = {}

---Releases the lock, waits to be notified, and acquires the lock again.
---@async
---@param timeout? number
---@return true?
---@return "timeout"?
function Condition:wait(timeout) end

---Waits until f returns something that is true, and returns that.
---@async
---@generic T
---@param f fun(): T
---@param timeout? number
---@return T?
---@return "timeout"?
function Condition:wait_for(f, timeout) end

---@param n? integer
function Condition:notify(n) end

function Condition:notify_all() end

---@async
---@param timeout? number
---@return plait.Condition?
---@return "timeout"?
function Condition:acquire(timeout) end

---@return plait.Condition?
function Condition:try() end

function Condition:release() end

---@return boolean
function Condition:locked() end

---@async
---@param f fun(...: any): ...
---@param ... any
---@return any ...
function Condition:with(f, ...) end

---@return plait.Condition
function Condition:recover() end

---@class plait.Event
local Event = {}

function Event:set() end

function Event:clear() end

---@return boolean
function Event:is_set() end

---@async
---@param timeout? number
---@return true?
---@return "timeout"?
function Event:wait(timeout) end

---@class plait.Barrier
---@field parties integer
local Barrier = {}

---1 for the one that came first, up to n for the last; or nil, "timeout".
---@async
---@param timeout? number
---@return integer?
---@return "timeout"?
function Barrier:wait(timeout) end

function Barrier:abort() end

function Barrier:reset() end

---@return boolean
function Barrier:broken() end

---How many wait.
---@return integer
function Barrier:waiting() end

-------------------------------------------------------------------------------------------------------------------- Pool

---@class plait.PoolOptions
---@field threads? integer
---@field processes? integer
---@field init? fun() each worker calls it first
---@field recycle? integer a worker is replaced after that many jobs

---@class plait.CommandPoolOptions: plait.ProcessOptions
---@field processes integer
---@field command (string|number)[]
---@field recycle? integer

---@alias plait.Progress true|fun(done: integer, total: integer?)|{label?: string, total?: integer, width?: integer}

---@class plait.MapOptions
---@field chunk? integer
---@field timeout? number
---@field progress? plait.Progress

---@class plait.ImapOptions
---@field ordered? boolean
---@field ahead? integer
---@field chunk? integer
---@field progress? plait.Progress

---@class plait.Pool
local Pool = {}

---The list of the first results of f(item), in order; or nil, "timeout".
---@async
---@param f fun(item: any): ...
---@param list table|plait.Array
---@param options? plait.MapOptions
---@return any[]?
---@return "timeout"?
function Pool:map(f, list, options) end

---The same, each item being a list of arguments.
---@async
---@param f fun(...: any): ...
---@param list any[][]
---@param options? plait.MapOptions
---@return any[]?
---@return "timeout"?
function Pool:starmap(f, list, options) end

---For a loop: all results of f(item), an item a step.
---@async
---@param f fun(...: any): ...
---@param iterable table|function|plait.Channel
---@param options? plait.ImapOptions
---@return fun(): ...
function Pool:imap(f, iterable, options) end

---@param f fun(...: any): ...
---@param ... any
---@return plait.Task
function Pool:submit(f, ...) end

---No more jobs; those that were given are still done.
function Pool:close() end

---@async
---@param timeout? number
---@return true?
---@return "timeout"?
function Pool:join(timeout) end

---Closes; jobs that are not done fail with kind "cancelled".
function Pool:cancel() end

---A pool of programs in another language.
---@class plait.CommandPool
local CommandPool = {}

---@async
---@param list any[]
---@param options? {progress?: plait.Progress, timeout?: number}
---@return any[]?
---@return "timeout"?
function CommandPool:map(list, options) end

---@async
---@param iterable table|function|plait.Channel
---@param options? {ordered?: boolean, ahead?: integer}
---@return fun(): any
function CommandPool:imap(iterable, options) end

---@param item any
---@return plait.Task
function CommandPool:submit(item) end

function CommandPool:close() end

---@async
---@param timeout? number
---@return true?
---@return "timeout"?
function CommandPool:join(timeout) end

function CommandPool:cancel() end
