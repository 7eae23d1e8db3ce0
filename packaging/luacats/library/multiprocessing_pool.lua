---@meta plait.multiprocessing.pool

---@class plait.multiprocessing.pool
local pool = {}

---@param n? integer
---@return plait.multiprocessing.Pool
---@overload fun(options: {processes?: integer, initializer?: function, initargs?: any[], maxtasksperchild?: integer}): plait.multiprocessing.Pool
function pool.Pool(n) end

---The same with threads.
---@param n? integer
---@return plait.multiprocessing.Pool
---@overload fun(options: {processes?: integer, initializer?: function, initargs?: any[]}): plait.multiprocessing.Pool
function pool.ThreadPool(n) end

return pool
