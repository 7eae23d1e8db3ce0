-- Writes to fields of a captured table are refused: constant, computed and nested keys, nil as well.
local t = {n = 0, list = {}}
local function refused(f)
    local ok, err = pcall(spawn_thread, f, "key")
    print(ok, tostring(err):match("writes to captured table 't' %(fields.lua:%d+%)"))
end
refused(function() t.n = t.n + 1 end) --> false	writes to captured table 't' (fields.lua:7)
refused(function() t[1] = 1 end) --> false	writes to captured table 't' (fields.lua:8)
refused(function(key) t[key] = true end) --> false	writes to captured table 't' (fields.lua:9)
refused(function() t.list[1] = 1 end) --> false	writes to captured table 't' (fields.lua:10)
refused(function() t.n = nil end) --> false	writes to captured table 't' (fields.lua:11)
refused(function() t[1.5] = 1 end) --> false	writes to captured table 't' (fields.lua:12)
refused(function() function t.method() end end) --> false	writes to captured table 't' (fields.lua:13)
refused(function() for i = 1, 3 do t[i] = i end end) --> false	writes to captured table 't' (fields.lua:14)
refused(function(x) if x then return end t.n, t.m = 1, 2 end) --> false	writes to captured table 't' (fields.lua:15)
