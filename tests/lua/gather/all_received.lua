-- All errors of a gather count as received: nothing is reported at the end.
local function fail() pcall(sleep, 60) error("one of many") end
print((pcall(gather, fail, fail, fail, function() error("first") end))) --> false
print((pcall(gather, spawn_thread(error, "a"), spawn_thread(error, "b")))) --> false
