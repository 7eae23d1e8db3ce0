---@meta plait.threading

-- Python's threading. -1 as a time-out is for ever.

---@class plait.threading
local threading = {}

---To compare with plait.kind(err).
---@type "broken_barrier"
threading.BrokenBarrierError = nil

---@class plait.threading.ThreadOptions
---@field target? function
---@field args? any[]
---@field kwargs? table
---@field name? string
---@field daemon? boolean
---@field private? boolean|string[]
---@field globals? string[]

---A thread that waits for start.
---@param options plait.threading.ThreadOptions
---@return plait.threading.Thread
function threading.Thread(options) end

---@class plait.threading.Thread
---@field name string
---@field daemon boolean
---@field ident? integer
---@field native_id? integer
---@field handle? plait.Handle
local Thread = {}

function Thread:start() end

---@async
---@param timeout? number
---@return true?
---@return "timeout"?
function Thread:join(timeout) end

---@return boolean
function Thread:is_alive() end

---@return string
function Thread:getName() end

---@param name string
function Thread:setName(name) end

---@return boolean
function Thread:isDaemon() end

---@param flag boolean
function Thread:setDaemon(flag) end

---Calls f after that time, as a task of this state.
---@param seconds number
---@param f function
---@param args? any[]
---@param kwargs? table
---@return plait.threading.Timer
function threading.Timer(seconds, f, args, kwargs) end

---@class plait.threading.Timer
local Timer = {}

function Timer:start() end

function Timer:cancel() end

---@async
---@param timeout? number
---@return true?
---@return "timeout"?
function Timer:join(timeout) end

---@return boolean
function Timer:is_alive() end

---@return plait.threading.Lock
---@nodiscard
function threading.Lock() end

---@return plait.threading.Lock
---@nodiscard
function threading.RLock() end

---@class plait.threading.Lock
local Lock = {}

---The lock, or false.
---@async
---@param blocking? boolean
---@param timeout? number
---@return self|false
function Lock:acquire(blocking, timeout) end

function Lock:release() end

---@return boolean
function Lock:locked() end

---@async
---@param f fun(...: any): ...
---@param ... any
---@return any ...
function Lock:with(f, ...) end

---@param value? integer
---@return plait.threading.Semaphore
---@nodiscard
function threading.Semaphore(value) end

---@param value? integer
---@return plait.threading.Semaphore
---@nodiscard
function threading.BoundedSemaphore(value) end

---@class plait.threading.Semaphore
local Semaphore = {}

---@async
---@param blocking? boolean
---@param timeout? number
---@return self|false
function Semaphore:acquire(blocking, timeout) end

---@param n? integer
function Semaphore:release(n) end

---@async
---@param f fun(...: any): ...
---@param ... any
---@return any ...
function Semaphore:with(f, ...) end

---@return boolean
function Semaphore:locked() end

---@return integer
function Semaphore:get_value() end

---@param lock? plait.threading.Lock
---@return plait.threading.Condition
---@nodiscard
function threading.Condition(lock) end

---@class plait.threading.Condition: plait.threading.Lock
local Condition = {}

---@async
---@param timeout? number
---@return boolean
function Condition:wait(timeout) end

---@async
---@param f fun(): any
---@param timeout? number
---@return any
function Condition:wait_for(f, timeout) end

---@param n? integer
function Condition:notify(n) end

function Condition:notify_all() end

function Condition:notifyAll() end

---@return plait.threading.Event
---@nodiscard
function threading.Event() end

---@class plait.threading.Event
local Event = {}

function Event:set() end

function Event:clear() end

---@return boolean
function Event:is_set() end

---@return boolean
function Event:isSet() end

---@async
---@param timeout? number
---@return boolean
function Event:wait(timeout) end

---@param parties integer
---@param action? function
---@param timeout? number
---@return plait.threading.Barrier
---@nodiscard
function threading.Barrier(parties, action, timeout) end

---@class plait.threading.Barrier
---@field parties integer
---@field n_waiting integer
---@field broken boolean
local Barrier = {}

---@async
---@param timeout? number
---@return integer index
function Barrier:wait(timeout) end

function Barrier:reset() end

function Barrier:abort() end

---An object whose fields belong to each thread alone.
---@return table
---@nodiscard
function threading.Local() end

---@return plait.threading.Thread
function threading.current_thread() end

---@return plait.threading.Thread
function threading.currentThread() end

---@return plait.threading.Thread
function threading.main_thread() end

---@return integer
function threading.get_ident() end

---@return integer
function threading.get_native_id() end

---@return plait.threading.Thread[]
function threading.enumerate() end

---@return integer
function threading.active_count() end

---@return integer
function threading.activeCount() end

return threading
