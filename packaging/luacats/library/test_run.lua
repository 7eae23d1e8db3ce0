---@meta plait.test.run

---@class plait.test.run
local run = {}

---Runs the tests of a file in this process.
---@async
---@param path string
---@param options? table
---@param emit? fun(event: table)
---@return {passed: integer, failed: integer, skipped: integer, seconds: number}
function run.run(path, options, emit) end

return run
