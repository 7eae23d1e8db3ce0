-- table.insert into a captured table is refused, however table.insert is reached.
local results = {}
local insert = table.insert
local function refused(f)
    local ok, err = pcall(spawn_thread, f, "item")
    print(ok, plait.kind(err), tostring(err):match("writes to captured table 'results' %(table_insert.lua:%d+%)"))
end
refused(function(x) table.insert(results, x) end) --> false	send	writes to captured table 'results' (table_insert.lua:8)
refused(function(x) table.insert(results, 1, x) end) --> false	send	writes to captured table 'results' (table_insert.lua:9)
refused(function(x) insert(results, x) end) --> false	send	writes to captured table 'results' (table_insert.lua:10)
refused(function(x) local add = table.insert add(results, x) end) --> false	send	writes to captured table 'results' (table_insert.lua:11)
refused(function() for i = 1, 3 do table.insert(results, i) end end) --> false	send	writes to captured table 'results' (table_insert.lua:12)
