-- Only lists of handles, and time-outs that are numbers.
local function try(...) print((select(2, pcall(plait.as_completed, ...)).message:gsub("^.-:%d+: ", ""))) end
try{ function() end }
try{ 5 }
try(async(sleep, 0))
try({}, "x")
--> as_completed: item 1 is a function, not a handle; did you mean async(f)?
--> as_completed: item 1 is 5 (a number), not a handle; did you mean async(sleep, 1)?
--> as_completed: argument 1 is a handle, not a list of handles; write as_completed{h}
--> as_completed: the time-out is "x" (a string), not a number of seconds
