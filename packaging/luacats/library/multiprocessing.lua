---@meta plait.multiprocessing

-- Python's multiprocessing.

---@class plait.multiprocessing
local multiprocessing = {}

---To compare with plait.kind(err).
---@type "timeout"
multiprocessing.TimeoutError = nil

---The class of the ends of a Pipe.
---@type table
multiprocessing.Connection = nil

---@type plait.multiprocessing.pool
multiprocessing.pool = nil

---A process that waits for start.
---@param options plait.threading.ThreadOptions
---@return plait.multiprocessing.Process
function multiprocessing.Process(options) end

---@class plait.multiprocessing.Process
---@field name string
---@field daemon boolean
---@field pid? integer
---@field ident? integer
---@field exitcode? integer
---@field handle? plait.Handle
local Process = {}

function Process:start() end

---@async
---@param timeout? number
---@return true?
---@return "timeout"?
function Process:join(timeout) end

---@return boolean
function Process:is_alive() end

function Process:terminate() end

function Process:kill() end

function Process:close() end

---@param n? integer
---@return plait.multiprocessing.Pool
---@overload fun(options: {processes?: integer, initializer?: function, initargs?: any[], maxtasksperchild?: integer}): plait.multiprocessing.Pool
function multiprocessing.Pool(n) end

---@class plait.multiprocessing.Pool
local Pool = {}

---@async
---@param f function
---@param list any[]
---@param chunksize? integer
---@return any[]
function Pool:map(f, list, chunksize) end

---@async
---@param f function
---@param list any[][]
---@param chunksize? integer
---@return any[]
function Pool:starmap(f, list, chunksize) end

---@async
---@param f function
---@param iterable any
---@param chunksize? integer
---@return fun(): any
function Pool:imap(f, iterable, chunksize) end

---@async
---@param f function
---@param iterable any
---@param chunksize? integer
---@return fun(): any
function Pool:imap_unordered(f, iterable, chunksize) end

---@async
---@param f function
---@param args? any[]
---@param kwargs? table
---@return any
function Pool:apply(f, args, kwargs) end

---@param f function
---@param args? any[]
---@param kwargs? table
---@param callback? function
---@param error_callback? function
---@return plait.multiprocessing.AsyncResult
function Pool:apply_async(f, args, kwargs, callback, error_callback) end

---@param f function
---@param list any[]
---@param chunksize? integer
---@param callback? function
---@param error_callback? function
---@return plait.multiprocessing.AsyncResult
function Pool:map_async(f, list, chunksize, callback, error_callback) end

---@param f function
---@param list any[][]
---@param chunksize? integer
---@param callback? function
---@param error_callback? function
---@return plait.multiprocessing.AsyncResult
function Pool:starmap_async(f, list, chunksize, callback, error_callback) end

---@param f function
---@param ... any
---@return plait.Task
function Pool:submit(f, ...) end

function Pool:close() end

function Pool:terminate() end

---@async
function Pool:join() end

---@class plait.multiprocessing.AsyncResult
local AsyncResult = {}

---@async
---@param timeout? number
---@return any
function AsyncResult:get(timeout) end

---@async
---@param timeout? number
function AsyncResult:wait(timeout) end

---@return boolean
function AsyncResult:ready() end

---@return boolean
function AsyncResult:successful() end

---@param typecode string
---@param initial? number
---@return plait.multiprocessing.Value
---@nodiscard
function multiprocessing.Value(typecode, initial) end

---@class plait.multiprocessing.Value
---@field value number
local Value = {}

---@return plait.threading.Lock
function Value:get_lock() end

---@param typecode string
---@param content integer|number[]
---@return plait.multiprocessing.Array
---@nodiscard
function multiprocessing.Array(typecode, content) end

---@class plait.multiprocessing.Array
---@field [integer] number
---@operator len: integer
local Array = {}

---@return plait.threading.Lock
function Array:get_lock() end

---@return plait.Array
function Array:get_obj() end

---@return plait.threading.Lock
---@nodiscard
function multiprocessing.Lock() end

---@return plait.threading.Lock
---@nodiscard
function multiprocessing.RLock() end

---@param value? integer
---@return plait.threading.Semaphore
---@nodiscard
function multiprocessing.Semaphore(value) end

---@param value? integer
---@return plait.threading.Semaphore
---@nodiscard
function multiprocessing.BoundedSemaphore(value) end

---@param lock? plait.threading.Lock
---@return plait.threading.Condition
---@nodiscard
function multiprocessing.Condition(lock) end

---@return plait.threading.Event
---@nodiscard
function multiprocessing.Event() end

---@param parties integer
---@param action? function
---@param timeout? number
---@return plait.threading.Barrier
---@nodiscard
function multiprocessing.Barrier(parties, action, timeout) end

---@param maxsize? integer
---@return plait.queue.Queue
---@nodiscard
function multiprocessing.Queue(maxsize) end

---@param maxsize? integer
---@return plait.queue.Queue
---@nodiscard
function multiprocessing.JoinableQueue(maxsize) end

---@return plait.queue.SimpleQueue
---@nodiscard
function multiprocessing.SimpleQueue() end

---Two ends; not duplex: the first receives, the second sends.
---@param duplex? boolean
---@return plait.multiprocessing.Connection
---@return plait.multiprocessing.Connection
function multiprocessing.Pipe(duplex) end

---@class plait.multiprocessing.Connection
local Connection = {}

---@async
---@param item any
function Connection:send(item) end

---@async
---@return any
function Connection:recv() end

---@async
---@param timeout? number
---@return boolean
function Connection:poll(timeout) end

function Connection:close() end

---@return {name: string, pid: integer}
function multiprocessing.current_process() end

---@return plait.multiprocessing.Process[]
function multiprocessing.active_children() end

---@return integer
function multiprocessing.cpu_count() end

---@return plait.multiprocessing.Manager
function multiprocessing.Manager() end

---@class plait.multiprocessing.Manager
local Manager = {}

---@param t? table
---@return plait.multiprocessing.dict
---@nodiscard
function Manager:dict(t) end

---@param list? any[]
---@return plait.multiprocessing.list
---@nodiscard
function Manager:list(list) end

---@return plait.Table
---@nodiscard
function Manager:Namespace() end

---@param maxsize? integer
---@return plait.queue.Queue
---@nodiscard
function Manager:Queue(maxsize) end

---@param maxsize? integer
---@return plait.queue.Queue
---@nodiscard
function Manager:JoinableQueue(maxsize) end

---@param typecode string
---@param initial? number
---@return plait.multiprocessing.Value
---@nodiscard
function Manager:Value(typecode, initial) end

---@param typecode string
---@param content integer|number[]
---@return plait.multiprocessing.Array
---@nodiscard
function Manager:Array(typecode, content) end

---@return plait.threading.Lock
---@nodiscard
function Manager:Lock() end

---@return plait.threading.Lock
---@nodiscard
function Manager:RLock() end

---@param value? integer
---@return plait.threading.Semaphore
---@nodiscard
function Manager:Semaphore(value) end

---@param value? integer
---@return plait.threading.Semaphore
---@nodiscard
function Manager:BoundedSemaphore(value) end

---@param lock? plait.threading.Lock
---@return plait.threading.Condition
---@nodiscard
function Manager:Condition(lock) end

---@return plait.threading.Event
---@nodiscard
function Manager:Event() end

---@param parties integer
---@param action? function
---@param timeout? number
---@return plait.threading.Barrier
---@nodiscard
function Manager:Barrier(parties, action, timeout) end

---@param n? integer
---@return plait.multiprocessing.Pool
function Manager:Pool(n) end

function Manager:start() end

function Manager:shutdown() end

---@class plait.multiprocessing.dict
---@field [any] any
---@operator len: integer
local dict = {}

---@param k any
---@param default? any
---@return any
function dict:get(k, default) end

---@return any[]
function dict:keys() end

---@return any[]
function dict:values() end

---A list of {key, value}, and an iterator for `for`.
---@return any
function dict:items() end

---@param k any
---@param default? any
---@return any
function dict:pop(k, default) end

---@param k any
---@param default any
---@return any
function dict:setdefault(k, default) end

---@param t table
function dict:update(t) end

function dict:clear() end

---@return table
function dict:copy() end

---@class plait.multiprocessing.list
---@field [integer] any
---@operator len: integer
local list = {}

---@param v any
function list:append(v) end

---@param values any[]
function list:extend(values) end

---@param i integer
---@param v any
function list:insert(i, v) end

---@param i? integer
---@return any
function list:pop(i) end

---@param v any
function list:remove(v) end

---@param v any
---@return integer
function list:index(v) end

---@param v any
---@return integer
function list:count(v) end

---@param options? {key?: (fun(v: any): any), reverse?: boolean}
function list:sort(options) end

function list:reverse() end

function list:clear() end

---@return any[]
function list:copy() end

---@return "spawn"
function multiprocessing.get_start_method() end

---@param method "spawn"|"fork"|"forkserver"
function multiprocessing.set_start_method(method) end

---@param method? "spawn"|"fork"|"forkserver"
---@return plait.multiprocessing
function multiprocessing.get_context(method) end

function multiprocessing.freeze_support() end

return multiprocessing
