local pool <close> = plait.Pool{ threads = 2 }
local list = pool:map(function(n) return n * n end, { 1, 2, 3, 4 })
assert(list[1] == 1 and list[4] == 16)
