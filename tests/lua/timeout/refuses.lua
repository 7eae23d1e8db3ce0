-- Wrong arguments are told before anything is started.
local function try(...)
    local ok, err = pcall(plait.timeout, ...)
    print(plait.kind(err), err)
end
try() --> nil	bad argument #1 to 'plait.timeout' (number expected, got no value)
try("x", print) --> nil	bad argument #1 to 'plait.timeout' (number expected, got string)
try(-1, print) --> nil	bad argument #1 to 'plait.timeout' (seconds are negative)
try(0/0, print) --> nil	bad argument #1 to 'plait.timeout' (seconds are not a number (nan))
try(1) --> usage	refuses.lua:3: timeout: argument 2 is no value, not a function; write plait.timeout(seconds, f, ...)
try(1, nil) --> usage	refuses.lua:3: timeout: argument 2 is nil, not a function; write plait.timeout(seconds, f, ...)
try(1, sleep(0)) --> usage	refuses.lua:3: timeout: argument 2 is no value, not a function; write plait.timeout(seconds, f, ...)
print(plait.timeout(1e300, function() return "huge" end)) --> true	huge
print(plait.timeout(0, sleep, 3600)) --> nil	timeout
