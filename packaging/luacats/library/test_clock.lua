---@meta plait.test.clock

---@class plait.test.clock
local clock = {}

---Time is virtual for all tasks and threads of the program.
---@return plait.Clock
---@nodiscard
function clock.start() end

---@class plait.Clock
local Clock = {}

---Seconds since it was started.
---@return number
function Clock:now() end

---Lets that much time pass.
---@async
---@param seconds number
function Clock:advance(seconds) end

---Waits until every other strand waits; time does not move.
---@async
function Clock:settle() end

---Time is the machine's again.
function Clock:stop() end

return clock
