---@meta plait.time

-- Python's time.

---@class plait.time
local time = {}

---@async
---@param seconds number
function time.sleep(seconds) end

---Seconds since 1970.
---@return number
function time.time() end

---@return number
function time.monotonic() end

---@return number
function time.perf_counter() end

---CPU seconds of the process.
---@return number
function time.process_time() end

---@return integer
function time.time_ns() end

---@return integer
function time.monotonic_ns() end

---@return integer
function time.perf_counter_ns() end

return time
