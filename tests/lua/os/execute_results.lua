-- Results and errors of os.execute and io.popen are those of stock Lua.
print(os.execute()) --> true
print(os.execute("true")) --> true	exit	0
print(os.execute("exit 3")) --> nil	exit	3
print(os.execute("kill -9 $$")) --> nil	signal	9
print(pcall(function() os.execute({}) end))
--> false	execute_results.lua:6: bad argument #1 to 'execute' (string expected, got table)
print(io.popen("exit 5"):close()) --> nil	exit	5
print(pcall(function() io.popen("true", "rw") end))
--> false	execute_results.lua:9: bad argument #2 to 'popen' (invalid mode)
local out <close> = io.popen("echo text; echo more")
for line in out:lines() do print(line) end
--> text
--> more
