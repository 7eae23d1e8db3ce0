-- Errors of any type arrive as they are: nil, false, numbers; those of Lua itself keep their words.
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local function raised(f) local ok, err = pcall(await, start(f)) return err, err and math.type(err) end
    print(raised(function() error() end))
    print((raised(function() error(false) end)), raised(function() error(42) end))
    print(raised(function() error(1.0) end))
    print((raised(function() local t t.x = 1 end)))
end
--> nil	nil
--> false	42	integer
--> 1.0	float
--> values.lua:7: attempt to index a nil value (local 't')
--> nil	nil
--> false	42	integer
--> 1.0	float
--> values.lua:7: attempt to index a nil value (local 't')
--> nil	nil
--> false	42	integer
--> 1.0	float
--> values.lua:7: attempt to index a nil value (local 't')
