-- Tasks share one Lua state: globals, upvalues and tables are the same.
local list, captured = {}, 0
async(function() global = "seen" captured = captured + 1 list.own = list end)
plait.yield()
print(global, captured, list.own == list) --> seen	1	true
await(async(function() captured = captured + 1 end))
print(captured) --> 2
