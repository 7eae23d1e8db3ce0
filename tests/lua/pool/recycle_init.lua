-- A worker that takes another's place runs init as well.
local count = plait.Value(0)
local pool = plait.Pool{ threads = 1, recycle = 1, init = function() count:add(1) end }
pool:map(math.abs, { 1, 2, 3 }, { chunk = 1 })
pool:close()
pool:join()
print(count:get() >= 3) --> true
