-- Failures of io.write and file:write, in the words of stock Lua.
print(io.stdin:write("x")) --> nil	Bad file descriptor	9
local full <close> = io.open("/dev/full", "w")
full:setvbuf("no")
print(full:write("x")) --> nil	No space left on device	28

local file = io.tmpfile()
print(pcall(function() file:write("a", {}) end)) --> false	write_errors.lua:8: bad argument #2 to 'write' (string expected, got table)
print(file:seek("end")) --> 0
print(pcall(function() io.write("never seen", nil) end)) --> false	write_errors.lua:10: bad argument #2 to 'write' (string expected, got nil)
file:close()
print(pcall(file.write, file, "x")) --> false	attempt to use a closed file
print(pcall(function() file.write({}, "x") end)) --> false	write_errors.lua:13: bad argument #1 to 'write' (FILE* expected, got table)
io.output(io.tmpfile()):close()
print(pcall(io.write, "x")) --> false	default output file is closed
