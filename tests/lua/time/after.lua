-- plait.after starts f after that time, with its arguments; a task with its results.
local start = plait.now()
local h = plait.after(0.02, function(...) return plait.now() - start >= 0.02, select("#", ...), ... end, 1, nil)
print(h.kind, h:done()) --> task	false
print(await(h)) --> true	2	1	nil
print(pcall(await, plait.after(0, error, "raised", 0))) --> false	raised
