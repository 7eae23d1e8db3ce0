---@meta plait

-- Definitions of plait for lua-language-server (LuaCATS). The manual says what is only named here.

---@class plaitlib
plait = {}

---The version of plait, such as "0.1.0".
---@type string
plait.version = nil

---The program's own Table: the same one in every thread and every process.
---@type plait.Table
plait.shared = nil

---The standard input as a stream; what it reads ahead is not there for io.stdin.
---@type plait.Stream
plait.stdin = nil

---Files and folders.
---@type plait.fs
plait.fs = nil

---Sockets.
---@type plait.net
plait.net = nil

---HTTP: requests, and a server.
---@type plait.http
plait.http = nil

---The metatable of plait's own errors.
---@type table
plait.Error = nil

---@class plait.Error
---@field kind plait.kind
---@field message string
---@field path? string a value that cannot travel
---@field variable? string a variable whose write would be lost
---@field line? integer
---@field reason? any why a strand was cancelled
---@field signal? integer
---@field pid? integer
---@field exitcode? integer
---@field code? integer
---@field command? string
---@field stdout? string
---@field stderr? string
---@field status? integer
---@field url? string
---@field response? plait.Response
---@field deadline? string
---@field wait? string

---@alias plait.kind
---| "usage"
---| "send"
---| "cancelled"
---| "closed"
---| "denied"
---| "memory"
---| "died"
---| "http"
---| "protocol"
---| "exit"
---| "abandoned"
---| "broken_barrier"
---| "deadlock"
---| "timeout"
---| "empty"
---| "full"

---------------------------------------------------------------------------------------------------------------- starting

---Options of what is started, behind the function and its arguments.
---@class plait.StartOptions
---@field n? integer length of the list, if arguments are nil
---@field name? string the name in reports
---@field daemon? boolean the end of the program does not wait for it
---@field private? boolean|string[] a copy of these variables is what is wanted (threads, processes)
---@field globals? string[] globals to take along (threads, processes)
---@field [integer] any

---@class plait.ProcessOptions: plait.StartOptions
---@field cwd? string
---@field env? table<string, string|number>
---@field stdin? string|file*|plait.Stream a file, "pipe", "null", "inherit", a stream of another program
---@field stdout? string|file*|plait.Stream
---@field stderr? string|file*|plait.Stream the same, or "stdout"
---@field channel? plait.Channel another program asks for items of it, and sends to it
---@field input? plait.Channel
---@field output? plait.Channel
---@field format? "json"|"msgpack"
---@field pty? boolean|{cols: integer, rows: integer}

---Starts f as a task of this Lua state. It runs when its creator next waits or ends.
---@param f fun(...: any): ...
---@param ... any
---@return plait.Task
---@overload fun(options: plait.StartOptions): plait.Task
function plait.async(f, ...) end

---Starts f on a thread with a Lua state of its own.
---@param f fun(...: any): ...
---@param ... any
---@return plait.Thread
---@overload fun(options: plait.StartOptions): plait.Thread
function plait.spawn_thread(f, ...) end

---Starts f on a thread, at most 32 of these at a time.
---@param f fun(...: any): ...
---@param ... any
---@return plait.Thread
---@overload fun(options: plait.StartOptions): plait.Thread
function plait.to_thread(f, ...) end

---Starts a child process that runs f, or another program.
---@param f string|fun(...: any): ...
---@param ... any
---@return plait.Process
---@overload fun(options: plait.ProcessOptions): plait.Process
function plait.spawn_process(f, ...) end

---Starts f as a task that many seconds from now.
---@param seconds number
---@param f fun(...: any): ...
---@param ... any
---@return plait.Task
---@overload fun(options: plait.StartOptions): plait.Task
function plait.after(seconds, f, ...) end

---Starts a task that calls f every so many seconds.
---@param seconds number
---@param f fun(...: any): ...
---@param ... any
---@return plait.Task
---@overload fun(options: plait.StartOptions): plait.Task
function plait.every(seconds, f, ...) end

---A handle that is resolved or rejected by hand.
---@return plait.Future
---@nodiscard
function plait.Future() end

----------------------------------------------------------------------------------------------------------------- waiting

---Waits for the end of a strand: its results, or its error is raised; or nil, "timeout".
---@async
---@param handle any
---@param timeout? number
---@return any ...
function plait.await(handle, timeout) end

---Waits for all of them, and starts those that are functions as tasks. The first error cancels the others.
---@async
---@param ... plait.Handle|fun(): ...
---@return {n: integer, [integer]: any}
---@overload fun(list: plait.GatherList): {n: integer, [integer]: any}?, "timeout"?
function plait.gather(...) end

---@class plait.GatherList
---@field settle? boolean never raises: elements are {ok =, value = or error =}
---@field timeout? number
---@field n? integer
---@field [integer] plait.Handle|fun(): ...

---Waits for the first to end, and cancels the others.
---@async
---@param ... plait.Handle|fun(): ...
---@return integer index
---@return any ...
---@overload fun(list: plait.RaceList): integer?, any
function plait.race(...) end

---@class plait.RaceList
---@field timeout? number
---@field n? integer
---@field [integer] plait.Handle|fun(): ...

---Waits until the first has ended, one has failed, or all have ended; cancels and raises nothing.
---@async
---@param list plait.Handle[]
---@param options? {when?: "first"|"error"|"all", timeout?: number}
---@return plait.Handle[] done
---@return plait.Handle[] pending
function plait.wait(list, options) end

---For a loop: handles in the order in which they end, each with its place in the list.
---@async
---@param list plait.Handle[]
---@param timeout? number
---@return fun(): plait.Handle?, integer?
function plait.as_completed(list, timeout) end

---Waits until one of the cases can go on, and does that one alone.
---@async
---@param cases plait.SelectList
---@return integer? index
---@return any ...
function plait.select(cases) end

---@class plait.SelectList
---@field timeout? number
---@field default? boolean does not wait: nil, "default" if no case can go on
---@field n? integer
---@field [integer] plait.Channel|plait.Sending|plait.Handle|plait.Event

---A block that is not left before the strands started in it have ended.
---@async
---@param f fun(scope: plait.Scope): ...
---@return any ...
---@overload fun(): plait.Scope
function plait.scope(f) end

---@class plait.Scope
local Scope = {}

---Starts f as a task in the scope.
---@param f fun(...: any): ...
---@param ... any
---@return plait.Task
---@overload fun(self: plait.Scope, options: plait.StartOptions): plait.Task
function Scope:async(f, ...) end

---Starts a thread in the scope.
---@param f fun(...: any): ...
---@param ... any
---@return plait.Thread
---@overload fun(self: plait.Scope, options: plait.StartOptions): plait.Thread
function Scope:spawn_thread(f, ...) end

---Starts a process in the scope.
---@param f string|fun(...: any): ...
---@param ... any
---@return plait.Process
---@overload fun(self: plait.Scope, options: plait.ProcessOptions): plait.Process
function Scope:spawn_process(f, ...) end

---Starts f on a shared thread, in the scope.
---@param f fun(...: any): ...
---@param ... any
---@return plait.Thread
---@overload fun(self: plait.Scope, options: plait.StartOptions): plait.Thread
function Scope:to_thread(f, ...) end

---Cancels all strands of the scope, and the block.
---@param reason? any
---@return plait.Scope
function Scope:cancel(reason) end

---Leaves the scope before its block ends.
---@async
function Scope:close() end

---Runs f as a task and waits for it; when the time is over f is cancelled, and it is nil, "timeout".
---@async
---@param seconds number
---@param f fun(...: any): ...
---@param ... any
---@return true? done
---@return any ...
function plait.timeout(seconds, f, ...) end

---`local d <close> = plait.deadline(seconds)`: the rest of the block has to end within that time.
---@param seconds number
---@return plait.Deadline
---@nodiscard
function plait.deadline(seconds) end

---@class plait.Deadline
local Deadline = {}

---Seconds that are left, not less than 0.
---@return number
function Deadline:remaining() end

---Ends the deadline before its block ends.
function Deadline:close() end

---Calls f out of reach of whatever cancels the strand from outside.
---@async
---@param f fun(...: any): ...
---@param ... any
---@return any ...
function plait.shield(f, ...) end

-------------------------------------------------------------------------------------------------------------------- time

---Suspends the strand for that long, never less.
---@async
---@param seconds number
function plait.sleep(seconds) end

---Lets every other strand of the state that is ready run once.
---@async
function plait.yield() end

---Seconds of the monotonic clock.
---@return number
---@nodiscard
function plait.now() end

---------------------------------------------------------------------------------------------------------- shared objects

---A lock with an owner.
---@return plait.Lock
---@nodiscard
function plait.Lock() end

---A lock that its owner may acquire again.
---@return plait.Lock
---@nodiscard
function plait.RLock() end

---Holds one nil, boolean, number or string for all strands.
---@param value? boolean|number|string
---@return plait.Value
---@nodiscard
function plait.Value(value) end

---A table that strands share.
---@param t? table
---@return plait.Table
---@nodiscard
function plait.Table(t) end

---f gets t[k], and what f returns is stored there and returned: one step for others.
---@async
---@param t plait.Table
---@param k boolean|string|number
---@param f fun(old: any): any
---@return any new
function plait.update(t, k, f) end

---Numbers in memory that threads and processes share.
---@param type plait.ArrayType
---@param n integer|number[]|plait.Array
---@return plait.Array
---@nodiscard
function plait.Array(type, n) end

---A queue between strands; 0, unless said, is a rendezvous, math.huge no bound.
---@param capacity? number
---@return plait.Channel
---@nodiscard
function plait.Channel(capacity) end

---n permits: so many strands may have one at a time.
---@param n integer
---@param options? {bounded?: boolean}
---@return plait.Semaphore
---@nodiscard
function plait.Semaphore(n, options) end

---To wait for a change of what a lock guards.
---@param lock? plait.Lock
---@return plait.Condition
---@nodiscard
function plait.Condition(lock) end

---An event that is not set.
---@return plait.Event
---@nodiscard
function plait.Event() end

---n strands wait here for each other, again and again.
---@param n integer
---@return plait.Barrier
---@nodiscard
function plait.Barrier(n) end

---Workers that wait for work: n threads, one for each processor unless said.
---@param n? integer
---@return plait.Pool
---@nodiscard
---@overload fun(options: plait.PoolOptions): plait.Pool
---@overload fun(options: plait.CommandPoolOptions): plait.CommandPool
function plait.Pool(n) end

------------------------------------------------------------------------------------------------------ errors and reports

---The kind of an error of plait, nil of any other value.
---@param err any
---@return plait.kind?
function plait.kind(err) end

---The errors with which other strands of a gather, race or scope failed.
---@param err any
---@return {n: integer, [integer]: any}
function plait.others(err) end

---f is called for each error that nobody received, instead of the report.
---@param f fun(err: any, text: string)|nil
function plait.on_unhandled(f) end

---Shows a value.
---@param v any
---@param options? {depth?: integer, elements?: integer, width?: integer}
---@return string
---@nodiscard
function plait.repr(v, options) end

---Runs a program to its end, and collects what it prints.
---@async
---@param command plait.ExecOptions
---@return plait.ExecResult?
---@return string? message
---@return integer? code
function plait.exec(command) end

---@class plait.ExecOptions
---@field stdin? string|file*|plait.Stream
---@field stdout? string|file*|plait.Stream
---@field stderr? string|file*|plait.Stream
---@field cwd? string
---@field env? table<string, string|number>
---@field name? string
---@field timeout? number
---@field limit? integer bytes of each output
---@field check? boolean a failure raises kind "exit"
---@field [integer] string|number

---@class plait.ExecResult
---@field code? integer
---@field signal? integer
---@field stdout? string
---@field stderr? string

------------------------------------------------------------------------------------------------------- seeing what runs

---Writes what every strand of the program is doing, to the standard error or the file.
---@param file? file*
function plait.dump(file) end

---What every strand of the program is doing.
---@return plait.StrandInfo[]
---@nodiscard
function plait.strands() end

---@class plait.StrandInfo
---@field kind "main"|"task"|"thread"|"process"|"program"
---@field key string
---@field state "running"|"ready"|"waiting"|"blocked"
---@field id? integer
---@field name? string
---@field pid? integer
---@field tid? integer
---@field thread? string
---@field parent? string
---@field wait? string
---@field object? string
---@field held_by? string
---@field held_at? string
---@field place? string
---@field started_at? string
---@field traceback? string
---@field command? string

---Handles of the live tasks of this state.
---@return plait.Task[]
---@nodiscard
function plait.tasks() end

---Handles of the live threads of this process.
---@return plait.Thread[]
---@nodiscard
function plait.threads() end

---Handles of the live child processes of this process.
---@return plait.Process[]
---@nodiscard
function plait.processes() end

---The handle of the strand that runs, nil in the main script.
---@return plait.Handle?
---@nodiscard
function plait.current() end

---Processors this process may use.
---@return integer
---@nodiscard
function plait.cpu_count() end

---The operating system's number of this process.
---@return integer
---@nodiscard
function plait.pid() end

---Whether strands that do not wait make way for others.
---@param on? boolean
---@return boolean was_on
function plait.preempt(on) end

---Waits for all strands that are no daemons, as the end of the main script does; whether
---no error was left that nobody has received.
---@async
---@return boolean is_good
function plait.finish() end

---Sets the globals of plait, which a stock Lua has not from the start.
---@return table plait
function plait.globals() end

---f is started as a task each time the signal comes; nil: the signal's default again.
---@param name string
---@param f fun(name: string, count: integer)|nil
---@return function? previous
function plait.signal(name, f) end

return plait
