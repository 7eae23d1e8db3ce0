-- The messages of stock Lua.
package.path, package.cpath = "./?.lua;./?/init.lua", "./?.so"
print(pcall(require, "absent"))
--> false	module 'absent' not found:
-->	no field package.preload['absent']
-->	no file './absent.lua'
-->	no file './absent/init.lua'
-->	no file './absent.so'
print(select(2, pcall(require, "a.b")))
--> module 'a.b' not found:
-->	no field package.preload['a.b']
-->	no file './a/b.lua'
-->	no file './a/b/init.lua'
-->	no file './a/b.so'
-->	no file './a.so'
print(pcall(function() require("absent") end))
--> false	messages.lua:16: module 'absent' not found:
-->	no field package.preload['absent']
-->	no file './absent.lua'
-->	no file './absent/init.lua'
-->	no file './absent.so'
do
    local file <close> = io.open("broken.lua", "w")
    file:write("return =")
end
print(pcall(require, "broken"))
--> false	error loading module 'broken' from file './broken.lua':
-->	./broken.lua:1: unexpected symbol near '='
do
    local file <close> = io.open("raises.lua", "w")
    file:write("local t = nil\nreturn t.x")
end
print(pcall(require, "raises")) --> false	./raises.lua:2: attempt to index a nil value (local 't')
print(package.loaded.raises) --> nil
print(pcall(function() require() end))
--> false	messages.lua:35: bad argument #1 to 'require' (string expected, got no value)
package.path = nil
print(pcall(require, "x")) --> false	'package.path' must be a string
package.searchers = 1
print(pcall(require, "x")) --> false	'package.searchers' must be a table
package.searchers = {function() return "only" end, function() end, function() return 1 end}
print(pcall(require, "x"))
--> false	module 'x' not found:
-->	only
-->	1
