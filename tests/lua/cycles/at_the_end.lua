-- Rings that are left when the program ends are freed with it: AddressSanitizer would tell.
plait.shared.self = plait.shared
plait.shared.list = {{}, {}}
plait.shared.list[1].other, plait.shared.list[2].other = plait.shared.list[2], plait.shared.list[1]
kept = plait.Table{}
kept.self, kept.shared = kept, plait.shared
local future = plait.Future()
future:resolve({future, kept})
await(spawn_thread(function() local own = plait.Table(); own.self = own; plait.shared.own = own; kept.own = own end))
await(spawn_process(function() local own = plait.Table(); own.self = own; plait.shared.list[3] = {plait.shared} end))
plait.shared.pool = plait.Pool{threads = 1, init = function() return kept end}
kept.pool = plait.shared.pool
print(kept.pool:map(function(x) return x + 1 end, {1})[1]) --> 2
print(plait.shared.list[3][1] == plait.shared) --> true
