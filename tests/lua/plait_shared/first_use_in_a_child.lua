-- Whoever uses it first: it lives in the main process, so that it stays.
await(spawn_process(function() await(spawn_process(function() plait.shared.first = {"grandchild"} end)) end))
print(plait.shared.first[1]) --> grandchild
-- It can be passed and stored as well: it is the same.
local t = plait.Table{shared = plait.shared}
print(await(spawn_process(function(shared) return shared == plait.shared, t.shared == plait.shared end, plait.shared))) --> true	true
print(await(spawn_thread(function(shared) return shared == plait.shared end, plait.shared))) --> true
plait.shared.self = plait.shared
print(await(spawn_process(function() return plait.shared.self == plait.shared end))) --> true
