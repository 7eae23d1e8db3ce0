-- What cannot be stored is refused, with its path, and nothing is stored.
local t, f = plait.Table(), io.open("refused.lua")
local function refused(g, ...)
    local ok, err = pcall(g, ...)
    print(ok, plait.kind(err), err.path, (err.message:gsub("0x%x+", "...")))
end
refused(function() t.x = f end) --> false	send	t.x	refused.lua:7: cannot store t.x: it is a userdata (FILE*)
refused(function() t[3] = {a = {f}} end) --> false	send	t[3].a[1]	refused.lua:8: cannot store t[3].a[1]: it is a userdata (FILE*)
refused(function() t.x = setmetatable({}, {}) end) --> false	send	t.x	refused.lua:9: cannot store t.x: it is a table with a metatable
refused(function() t.x = {y = {setmetatable({}, {})}} end)
--> false	send	t.x.y[1]	refused.lua:10: cannot store t.x.y[1]: it is a table with a metatable
refused(function() t.x = {y = {[{}] = 1}} end) --> false	send	t.x.y (key)	refused.lua:12: cannot store t.x.y (key): it is a table
refused(function() t.x = {y = {[print] = 1}} end) --> false	send	t.x.y (key)	refused.lua:13: cannot store t.x.y (key): it is a function
refused(function() t.x = coroutine.create(print) end) --> false	send	t.x	refused.lua:14: cannot store t.x: it is a coroutine
refused(function() t.x = {{1, string.gmatch("", "")}} end)
--> false	send	t.x[1][2]	refused.lua:15: cannot store t.x[1][2]: it is a C function with values of its own
refused(function() t.x = function() return f end end)
--> false	send	t.x (captured 'f')	refused.lua:17: cannot store t.x (captured 'f'): it is a userdata (FILE*)
refused(function() t.x = {g = function() return f end} end)
--> false	send	t.x.g (captured 'f')	refused.lua:19: cannot store t.x.g (captured 'f'): it is a userdata (FILE*)
refused(function() t.x = _G end) --> false	send	t.x	refused.lua:21: cannot store t.x: it is the table of globals
refused(plait.Table, {1, f}) --> false	send	t[2]	refused.lua:4: cannot store t[2]: it is a userdata (FILE*)
refused(plait.update, t, "u", function() return {f} end) --> false	send	t.u[1]	refused.lua:4: cannot store t.u[1]: it is a userdata (FILE*)
print(next((select(2, pairs(t))))) --> nil
print(await(spawn_process(function()
    local ok, err = pcall(function() t.x = {y = {coroutine.create(print)}} end)
    return err.path, t.x, plait.kind(select(2, pcall(function() t[{}] = 1 end)))
end))) --> t.x.y[1]	nil	usage
for _, v in ipairs{1, "t", true, plait.Table(), string} do
    local ok, err = pcall(plait.Table, v)
    print(plait.kind(err), err.message:match("Table: .*"))
end
--> usage	Table: argument 1 is 1 (a number), not a plain table
--> usage	Table: argument 1 is "t" (a string), not a plain table
--> usage	Table: argument 1 is true (a boolean), not a plain table
--> usage	Table: argument 1 is a Table, not a plain table
--> usage	Table: argument 1 is no plain table
