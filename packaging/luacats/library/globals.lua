---@meta _

-- The names that are there from the start.

---Starts f as a task of this Lua state. It runs when its creator next waits or ends.
---@class plait.async
---@overload fun(f: (fun(...: any): ...), ...: any): plait.Task
---@overload fun(options: plait.StartOptions): plait.Task
async = {}

---Each call of the function that is returned starts f as a task.
---@generic F: function
---@param f F
---@return fun(...: any): plait.Task
---@nodiscard
function async.fn(f) end

await = plait.await
gather = plait.gather
sleep = plait.sleep
spawn_thread = plait.spawn_thread
spawn_process = plait.spawn_process
to_thread = plait.to_thread
