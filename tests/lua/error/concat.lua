-- An error of plait can be joined with strings and numbers, on either side, and with another one.
local ok, e = pcall(async)
e.message = "no"
print("E: " .. e, e .. "!", e .. 5, e .. e, "(" .. e .. ")") --> E: no	no!	no5	nono	(no)
print(pcall(function() return e .. {} end)) --> false	attempt to concatenate a table value
local other = setmetatable({}, { __concat = function(a, b) return "joined with " .. a end })
print(e .. other) --> joined with no
print(await(spawn_process(function(e) return "there: " .. e end, e))) --> there: no
