---@meta plait.asyncio

-- Python's asyncio.

---@class plait.asyncio
local asyncio = {}

---@type "ALL_COMPLETED"
asyncio.ALL_COMPLETED = nil
---@type "FIRST_COMPLETED"
asyncio.FIRST_COMPLETED = nil
---@type "FIRST_EXCEPTION"
asyncio.FIRST_EXCEPTION = nil

-- To compare with plait.kind(err).

---@type "timeout"
asyncio.TimeoutError = nil
---@type "cancelled"
asyncio.CancelledError = nil
---@type "empty"
asyncio.QueueEmpty = nil
---@type "full"
asyncio.QueueFull = nil
---@type "closed"
asyncio.QueueShutDown = nil
---@type "broken_barrier"
asyncio.BrokenBarrierError = nil

---Waits for a handle, or calls a function as a task.
---@async
---@param x plait.Handle|function
---@param ... any
---@return any ...
function asyncio.run(x, ...) end

---@param x plait.Handle|function
---@param ... any
---@return plait.Task
function asyncio.create_task(x, ...) end

---@param x plait.Handle|function
---@param ... any
---@return plait.Task
function asyncio.ensure_future(x, ...) end

---@async
---@param ... plait.Handle|function
---@return {n: integer, [integer]: any}
---@overload fun(list: {return_exceptions?: boolean, [integer]: plait.Handle|function}): {n: integer, [integer]: any}
function asyncio.gather(...) end

---@async
---@param seconds number
---@param result? any
---@return any result
function asyncio.sleep(seconds, result) end

---@async
---@param x plait.Handle|function
---@param timeout number
---@param ... any
---@return any ...
function asyncio.wait_for(x, timeout, ...) end

---@async
---@param list {timeout?: number, return_when?: string, [integer]: plait.Handle|function}
---@param options? {timeout?: number, return_when?: string}
---@return plait.Handle[] done
---@return plait.Handle[] pending
function asyncio.wait(list, options) end

---@async
---@param list plait.Handle[]
---@param timeout? number
---@return fun(): plait.Handle?
function asyncio.as_completed(list, timeout) end

---@async
---@param seconds number
---@param f fun(...: any): ...
---@param ... any
---@return any ...
---@overload fun(seconds: number): plait.Deadline
function asyncio.timeout(seconds, f, ...) end

---@async
---@param x plait.Handle|function
---@param ... any
---@return any ...
function asyncio.shield(x, ...) end

---@return plait.asyncio.TaskGroup
---@nodiscard
function asyncio.TaskGroup() end

---@class plait.asyncio.TaskGroup
local TaskGroup = {}

---@param x plait.Handle|function
---@param ... any
---@return plait.Task
function TaskGroup:create_task(x, ...) end

---@async
---@param f fun(...: any): ...
---@param ... any
---@return any ...
function asyncio.to_thread(f, ...) end

---@return plait.Handle?
function asyncio.current_task() end

---@return plait.Future
---@nodiscard
function asyncio.Future() end

---@return plait.threading.Lock
---@nodiscard
function asyncio.Lock() end

---@param value? integer
---@return plait.threading.Semaphore
---@nodiscard
function asyncio.Semaphore(value) end

---@param value? integer
---@return plait.threading.Semaphore
---@nodiscard
function asyncio.BoundedSemaphore(value) end

---@param lock? plait.threading.Lock
---@return plait.threading.Condition
---@nodiscard
function asyncio.Condition(lock) end

---@return plait.threading.Event
---@nodiscard
function asyncio.Event() end

---@param parties integer
---@param action? function
---@param timeout? number
---@return plait.threading.Barrier
---@nodiscard
function asyncio.Barrier(parties, action, timeout) end

---@param maxsize? integer
---@return plait.queue.Queue
---@nodiscard
function asyncio.Queue(maxsize) end

---@param maxsize? integer
---@return plait.queue.Queue
---@nodiscard
function asyncio.LifoQueue(maxsize) end

---@param maxsize? integer
---@return plait.queue.Queue
---@nodiscard
function asyncio.PriorityQueue(maxsize) end

---@return plait.asyncio.Loop
function asyncio.get_event_loop() end

---@return plait.asyncio.Loop
function asyncio.get_running_loop() end

---@return plait.asyncio.Loop
function asyncio.new_event_loop() end

---@param loop plait.asyncio.Loop
function asyncio.set_event_loop(loop) end

---@class plait.asyncio.Loop
local Loop = {}

---@async
---@param x plait.Handle|function
---@param ... any
---@return any ...
function Loop:run_until_complete(x, ...) end

---@param x plait.Handle|function
---@param ... any
---@return plait.Task
function Loop:create_task(x, ...) end

---@return plait.Future
---@nodiscard
function Loop:create_future() end

---@param pool any
---@param f function
---@param ... any
---@return any
function Loop:run_in_executor(pool, f, ...) end

---@param f function
---@param ... any
---@return plait.Task
function Loop:call_soon(f, ...) end

---@param seconds number
---@param f function
---@param ... any
---@return plait.Task
function Loop:call_later(seconds, f, ...) end

---@return number
function Loop:time() end

---@return boolean
function Loop:is_running() end

function Loop:close() end

return asyncio
