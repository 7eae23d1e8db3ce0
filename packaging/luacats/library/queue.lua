---@meta plait.queue

-- Python's queue: queues for tasks, threads and processes.

---@class plait.queue
local queue = {}

-- To compare with plait.kind(err).

---@type "empty"
queue.Empty = nil
---@type "full"
queue.Full = nil
---@type "closed"
queue.ShutDown = nil

---@param maxsize? integer|{maxsize: integer}
---@return plait.queue.Queue
---@nodiscard
function queue.Queue(maxsize) end

---@param maxsize? integer|{maxsize: integer}
---@return plait.queue.Queue
---@nodiscard
function queue.LifoQueue(maxsize) end

---@param maxsize? integer|{maxsize: integer}
---@return plait.queue.Queue
---@nodiscard
function queue.PriorityQueue(maxsize) end

---@return plait.queue.SimpleQueue
---@nodiscard
function queue.SimpleQueue() end

---@class plait.queue.SimpleQueue
local SimpleQueue = {}

---@async
---@param item any
---@param block? boolean
---@param timeout? number
function SimpleQueue:put(item, block, timeout) end

---@async
---@param block? boolean
---@param timeout? number
---@return any
function SimpleQueue:get(block, timeout) end

---@param item any
function SimpleQueue:put_nowait(item) end

---@return any
function SimpleQueue:get_nowait() end

---@return integer
function SimpleQueue:qsize() end

---@return boolean
function SimpleQueue:empty() end

---@class plait.queue.Queue: plait.queue.SimpleQueue
---@field maxsize integer
local Queue = {}

---@return boolean
function Queue:full() end

function Queue:task_done() end

---@async
function Queue:join() end

---@param immediate? boolean
function Queue:shutdown(immediate) end

function Queue:close() end

function Queue:join_thread() end

function Queue:cancel_join_thread() end

return queue
