-- A rejected future raises the error, as itself.
local f = plait.Future()
local waiting = async(function() return select(2, pcall(await, f)).code end)
plait.yield()
f:reject({ code = 3 })
print(await(waiting)) --> 3
print(f:done(), f:status(), f:error().code, (pcall(await, f))) --> true	failed	3	false
