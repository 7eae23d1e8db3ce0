-- Options it does not know, values of the wrong kind, and items that are no
-- handles are refused.
local h = async(sleep, 0)
local function try(...) print((select(2, pcall(plait.wait, ...)).message:gsub("^.-:%d+: ", ""))) end
try({ h }, { whem = "first" })
try({ h }, { when = "some" })
try({ h }, { when = 1 })
try({ h }, { timeout = "1" })
try({ h }, { timeout = -1 })
try({ h }, { timeout = -(0 / 0) })
try({ h }, 5)
try({ h, function() end })
try({ h, nil, h })
try({ plait.Channel() })
try(h)
try()
--> wait: there is no option 'whem'; there are 'when' and 'timeout'
--> wait: when is "some" (a string), not "first", "error" or "all"
--> wait: when is 1 (a number), not "first", "error" or "all"
--> wait: the time-out is "1" (a string), not a number of seconds
--> wait: the time-out is -1 (a number), not a number of seconds
--> wait: the time-out is nan (a number), not a number of seconds
--> wait: argument 2 is 5 (a number), not a table; write plait.wait(list, {timeout = 1})
--> wait: item 2 is a function, not a handle; did you mean async(f)?
--> wait: item 2 is nil, not a handle; did you mean async(sleep, 1)?
--> wait: item 1 is a Channel, not a handle; did you mean plait.select?
--> wait: argument 1 is a handle, not a list of handles; write wait{h}
--> wait: argument 1 is nil, not a list of handles
