-- A future ends when somebody says so: resolve with results, nils included.
local f = plait.Future()
print(f.kind, f:done(), await(f, 0)) --> future	false	nil	timeout
local task = async(function() return select("#", await(f)), await(f) end)
plait.yield()
f:resolve(nil, 2, nil)
print(await(task)) --> 3	nil	2	nil
print(f:done(), f:status(), f:error()) --> true	done	nil
local empty = plait.Future()
empty:resolve()
print(select("#", await(empty))) --> 0
