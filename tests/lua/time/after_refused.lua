-- after and every name the argument that is wrong: the seconds are the first.
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    print(plait.kind(err), (tostring(err):gsub("^[%w_]+%.lua:%d+: ", "")))
end
refused(plait.after, -1, print) --> usage	plait.after: argument 1 is -1 (a number), not a number of seconds from 0 on
refused(plait.after, "x", print) --> usage	plait.after: argument 1 is "x" (a string), not a number of seconds from 0 on
refused(plait.after, 0 / 0, print) --> usage	plait.after: argument 1 is -nan (a number), not a number of seconds from 0 on
refused(plait.every, -1, print) --> usage	plait.every: argument 1 is -1 (a number), not a number of seconds from 0 on
refused(plait.every, 0, print) --> usage	plait.every: the period must be greater than 0
refused(plait.after, 1) --> usage	plait.after: argument 2 is no value, not a function; write plait.after(seconds, f, ...), not plait.after(seconds, f(...))
refused(plait.every, { "x", print }) --> usage	plait.every: argument 1 is "x" (a string), not a number of seconds from 0 on
