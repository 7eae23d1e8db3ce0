---@meta _

-- What starting returns.

---@alias plait.status "pending"|"running"|"waiting"|"done"|"failed"|"cancelled"

---@class plait.Handle
---@field kind "task"|"thread"|"process"|"future"
---@field name? string
---@field id integer
local Handle = {}

---Waits for the end: all results, or its error is raised; or nil, "timeout".
---@async
---@param timeout? number
---@return any ...
function Handle:await(timeout) end

---The same as await.
---@async
---@param timeout? number
---@return any ...
function Handle:join(timeout) end

---Whether it has ended, well or not.
---@return boolean
function Handle:done() end

---@return plait.status
function Handle:status() end

---Asks it to stop, and returns at once.
---@param reason? any
---@return self
function Handle:cancel(reason) end

---The error of a strand that failed or was cancelled, else nil. It counts as received.
---@return any
function Handle:error() end

---The traceback of that error.
---@return string?
function Handle:traceback() end

---f(h) runs as a task of this state once the strand has ended.
---@param f fun(handle: plait.Handle)
---@return self
function Handle:on_done(f) end

---Python's name for await.
---@async
---@param timeout? number
---@return any ...
function Handle:result(timeout) end

---Python's name for error.
---@return any
function Handle:exception() end

---Whether its status is "cancelled".
---@return boolean
function Handle:cancelled() end

---Python's name for on_done.
---@param f fun(handle: plait.Handle)
---@return self
function Handle:add_done_callback(f) end

---@class plait.Task: plait.Handle

---@class plait.Thread: plait.Handle
---@field tid? integer the operating system's number, once it runs

---@class plait.Process: plait.Handle
---@field pid integer
---@field exitcode? integer
---@field signal? integer
---@field stdin? plait.Stream
---@field stdout? plait.Stream
---@field stderr? plait.Stream
---@field pty? plait.Pty
local Process = {}

---Sends SIGTERM to the process alone.
---@return self
function Process:terminate() end

---Sends a signal, SIGKILL unless said, to the process alone.
---@param signal? string|integer
---@return self
function Process:kill(signal) end

---@class plait.Future: plait.Handle
local Future = {}

---Gives it results; false if it was resolved or rejected before.
---@param ... any
---@return boolean
function Future:resolve(...) end

---Gives it an error; false if it was resolved or rejected before.
---@param err any
---@return boolean
function Future:reject(err) end

---Python's name for resolve.
---@param ... any
---@return boolean
function Future:set_result(...) end

---Python's name for reject.
---@param err any
---@return boolean
function Future:set_exception(err) end
