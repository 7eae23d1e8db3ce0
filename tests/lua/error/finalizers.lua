-- An error in __gc disappears in `lua` unless warnings are on; here it is printed, ten times at most, and changes no status.
if arg[1] then
    if arg[1] == "off" then warn("@off") end
    if arg[1] == "on" then warn("@on") end
    local function make(n)
        for i = 1, n do setmetatable({}, { __gc = function() error("cannot be freed") end }) end
        collectgarbage()
    end
    if arg[1] == "many" then make(100) elseif arg[1] == "thread" then await(spawn_thread(make, 1)) else make(1) end
    if arg[1] == "user" then warn("error in ", "something else") end
    return
end
for _, how in ipairs{ "one", "many", "thread", "on", "off", "user" } do
    local out = io.popen(("%s %s %s 2>&1"):format(arg[-1], arg[0], how))
    local count, first, last = 0, nil, nil
    for line in out:lines() do
        count, first, last = count + 1, first or line, line
    end
    local name = arg[-1]:gsub("%p", "%%%0")
    print(how, count, first and first:gsub(name, "plait"), last and last:gsub(name, "plait"), select(3, out:close()))
end
--> one	1	plait: error in __gc (finalizers.lua:6: cannot be freed)	plait: error in __gc (finalizers.lua:6: cannot be freed)	0
--> many	11	plait: error in __gc (finalizers.lua:6: cannot be freed)	plait: more errors in __gc are not shown	0
--> thread	1	plait: error in __gc (finalizers.lua:6: cannot be freed)	plait: error in __gc (finalizers.lua:6: cannot be freed)	0
--> on	1	Lua warning: error in __gc (finalizers.lua:6: cannot be freed)	Lua warning: error in __gc (finalizers.lua:6: cannot be freed)	0
--> off	0	nil	nil	0
--> user	1	plait: error in __gc (finalizers.lua:6: cannot be freed)	plait: error in __gc (finalizers.lua:6: cannot be freed)	0
