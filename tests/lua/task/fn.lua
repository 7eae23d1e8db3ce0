-- async.fn returns a function that starts f as a task, with its arguments.
local task = async.fn(function(a, b, ...) return b, a, select("#", ...) end)
local h = task(1, 2, nil, nil)
print(h.kind, h:status()) --> task	pending
print(await(h)) --> 2	1	2
print(task(3) ~= task(3), await(task("x", "y"))) --> true	y	x	0
local ok, err = pcall(async.fn, 42)
print(ok, plait.kind(err)) --> false	usage
