-- A future ends once: what comes later changes nothing.
local f = plait.Future()
print(f:resolve(1), f:resolve(2), f:reject("x"), await(f)) --> true	false	false	1
local g = plait.Future()
print(g:reject("first"), g:resolve(2), pcall(await, g)) --> true	false	false	first
local ok, err = pcall(f.resolve, async(print, "a task is no future"), 1)
print(ok, plait.kind(err))
--> false	usage
--> a task is no future
