-- A pool that nobody closes does not keep the program alive.
local pool = plait.Pool(2)
print(pool:map(math.abs, { -1 })[1]) --> 1
