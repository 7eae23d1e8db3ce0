-- A write into a global table is lost as well.
results = {n = 0, list = {}}
local function refused(f)
    local ok, err = pcall(spawn_thread, f, "key")
    print(ok, plait.kind(err), tostring(err):match("'results' %(global_table.lua:%d+%)"), tostring(err):match("use: %S+"))
end
refused(function() results.n = results.n + 1 end) --> false	send	'results' (global_table.lua:7)	use: plait.shared.results
refused(function(key) results[key] = 1 end) --> false	send	'results' (global_table.lua:8)	use: plait.shared.results
refused(function() table.insert(results, 1) end) --> false	send	'results' (global_table.lua:9)	use: plait.shared.results
refused(function() results.list[1] = 2 end) --> false	send	'results' (global_table.lua:10)	use: plait.shared.results
