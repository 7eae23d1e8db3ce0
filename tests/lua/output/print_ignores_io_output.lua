-- print writes to standard output wherever io.write does.
local file <close> = io.tmpfile()
io.output(file)
print("printed") --> printed
io.write("written")
io.output(io.stdout)
file:seek("set")
io.write(file:read("a"), "\n") --> written
