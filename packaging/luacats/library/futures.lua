---@meta plait.concurrent.futures

-- Python's concurrent.futures.

---@class plait.concurrent.futures
local futures = {}

---@type "FIRST_COMPLETED"
futures.FIRST_COMPLETED = nil
---@type "FIRST_EXCEPTION"
futures.FIRST_EXCEPTION = nil
---@type "ALL_COMPLETED"
futures.ALL_COMPLETED = nil

-- To compare with plait.kind(err).

---@type "timeout"
futures.TimeoutError = nil
---@type "cancelled"
futures.CancelledError = nil

---The class of futures.
---@type table
futures.Future = nil

---@class plait.concurrent.futures.ExecutorOptions
---@field max_workers? integer
---@field initializer? function
---@field initargs? any[]
---@field max_tasks_per_child? integer processes only

---@param n? integer|plait.concurrent.futures.ExecutorOptions
---@return plait.concurrent.futures.Executor
---@nodiscard
function futures.ThreadPoolExecutor(n) end

---@param n? integer|plait.concurrent.futures.ExecutorOptions
---@return plait.concurrent.futures.Executor
---@nodiscard
function futures.ProcessPoolExecutor(n) end

---@class plait.concurrent.futures.Executor
local Executor = {}

---@param f function
---@param ... any
---@return plait.concurrent.futures.Future
function Executor:submit(f, ...) end

---For a loop: results in order.
---@param f function
---@param ... any[]
---@return fun(): any
---@overload fun(self: plait.concurrent.futures.Executor, options: {timeout?: number, chunksize?: integer, [integer]: any}): fun(): any
function Executor:map(f, ...) end

---@async
---@param wait? boolean
---@param cancel_futures? boolean
function Executor:shutdown(wait, cancel_futures) end

---@class plait.concurrent.futures.Future
---@field handle plait.Handle
local Future = {}

---@async
---@param timeout? number
---@return any
function Future:result(timeout) end

---@async
---@param timeout? number
---@return any
function Future:exception(timeout) end

---@return boolean
function Future:done() end

---@return boolean
function Future:running() end

---@return boolean
function Future:cancelled() end

---@return boolean
function Future:cancel() end

---@param g fun(future: plait.concurrent.futures.Future)
function Future:add_done_callback(g) end

---@async
---@param list plait.concurrent.futures.Future[]
---@param timeout? number
---@param return_when? string
---@return {done: plait.concurrent.futures.Future[], not_done: plait.concurrent.futures.Future[]}
function futures.wait(list, timeout, return_when) end

---For a loop: futures in the order in which they are done.
---@async
---@param list plait.concurrent.futures.Future[]
---@param timeout? number
---@return fun(): plait.concurrent.futures.Future?
function futures.as_completed(list, timeout) end

return futures
