---@meta _

-- What bytes are read from and written to.

---@class plait.Timed
---@field timeout? number

---@alias plait.ReadFormat "l"|"L"|"n"|"a"|integer|plait.Timed

---What is read by the formats of io. Failures are nil, message, code; nil, "timeout"; nil, "closed".
---@class plait.Readable
local Readable = {}

---@async
---@param ... plait.ReadFormat
---@return any ...
function Readable:read(...) end

---For a loop; a failure raises.
---@async
---@param ... plait.ReadFormat
---@return fun(): any
function Readable:lines(...) end

---What comes before the text, which is taken, too.
---@async
---@param text string
---@param timeout? number
---@return string?
---@return string? message
---@return integer? code
function Readable:read_until(text, timeout) end

---What has come, at most so many bytes.
---@async
---@param most? integer
---@param timeout? number
---@return string?
---@return string? message
---@return integer? code
function Readable:read_some(most, timeout) end

---@class plait.Stream: plait.Readable
local Stream = {}

---The stream, when all has been taken.
---@async
---@param ... string|number|plait.Timed
---@return self?
---@return string? message
---@return integer? code
function Stream:write(...) end

---@return self
function Stream:flush() end

---@return true?
---@return string? message
---@return integer? code
function Stream:close() end

---A pseudo-terminal.
---@class plait.Pty: plait.Stream
local Pty = {}

---@param cols integer
---@param rows integer
---@return self
function Pty:resize(cols, rows) end
