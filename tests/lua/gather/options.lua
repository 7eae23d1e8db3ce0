-- Options that are not known or of a wrong type are refused, before anything is started; n must be the list's length.
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    assert(plait.kind(err) == "usage", err)
    print((err.message:gsub("^[%w_]+%.lua:%d+: ", "")))
end
local function f() print("started") end

refused(gather, { f, setle = true }) --> gather: there is no option 'setle'; there are 'settle' and 'timeout'
refused(gather, { f, settle = 1 }) --> gather: settle is 1 (a number), not true or false
refused(gather, { f, timeout = "1" }) --> gather: the time-out is "1" (a string), not a number of seconds
refused(gather, { f, timeout = -1 }) --> gather: the time-out is -1 (a number), not a number of seconds
refused(gather, { f, [0] = f }) --> gather: there is no option '0'; there are 'settle' and 'timeout'
refused(gather, { f, nil, f }) --> gather: item 2 is nil, not a task; did you mean async(sleep, 1)?
refused(gather, { f, n = "x" }) --> gather: n is "x" (a string), not the length of the list, which has 1
refused(gather, { f, n = 1.5 }) --> gather: n is 1.5 (a number), not the length of the list, which has 1
refused(gather, { f, f, n = 1 }) --> gather: n is 1 (a number), not the length of the list, which has 2
refused(gather, { n = math.huge }) --> gather: n is inf (a number), not the length of the list, which has 0
refused(plait.race, { f, settle = true }) --> race: there is no option 'settle'; there is 'timeout'
refused(plait.race, { f, timeout = {} }) --> race: the time-out is a table, not a number of seconds
refused(plait.wait, { async(sleep, 0), timeout = 1 }) --> wait: there is no option 'timeout'
refused(plait.as_completed, { async(sleep, 0), n = 0 }) --> as_completed: n is 0 (a number), not the length of the list, which has 1

-- Those that have waited already give nothing at all.
refused(gather, sleep(0)) --> gather: there is nothing to wait for; did you mean async(sleep, 1)? (no tasks at all: gather{})
refused(plait.race, sleep(0)) --> race: there is nothing to wait for; did you mean async(sleep, 1)?
refused(plait.race, {}) --> race: there is nothing to wait for
print(gather{}.n, gather{ n = 0 }.n, gather{ n = 0.0, settle = true, timeout = 0 }.n) --> 0	0	0
