---@meta plait.test.explore

---@class plait.test.explore
local explore = {}

---@class plait.ExploreOptions
---@field command string[] the script and its arguments
---@field replay? string for replay: the order
---@field count? integer how many orders; 100
---@field strategy? string "both", "random", "pct:D" or "cancel"
---@field seed? integer
---@field limit? integer steps of one order
---@field seconds? number of one order
---@field jobs? integer how many at once
---@field env? table<string, string>
---@field cwd? string

---@class plait.ExploreReport
---@field count integer how many orders were tried
---@field how? "failure"|"deadlock"|"crash"|"endless"|"hang"|"abandoned"|"leak"|"diverged"
---@field message? string
---@field number? integer which order it was
---@field replay? string
---@field rows? table[] what ran
---@field table? string the same as text
---@field switches? integer
---@field is_stable? boolean
---@field code? integer
---@field signal? integer
---@field stdout? string
---@field stderr? string

---Runs a script in many orders of its strands, until one fails.
---@async
---@param options plait.ExploreOptions
---@return plait.ExploreReport
function explore.run(options) end

---Runs one order again.
---@async
---@param options plait.ExploreOptions
---@return plait.ExploreReport
function explore.replay(options) end

---The report as text.
---@param report plait.ExploreReport
---@return string
---@nodiscard
function explore.text(report) end

return explore
