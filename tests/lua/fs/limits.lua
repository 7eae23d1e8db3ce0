-- A line of 1 GiB is an error, and not the end of the program; what came before and comes after can be read.
local fs = plait.fs
local files = require "files"
local folder <close> = assert(fs.temp_folder())
local path = files.sparse(folder.path .. "/a", 1 << 30)
local function tell(result, message, code) print(result, (tostring(message):gsub("^.*/", "")), code) end
do
    local f <close> = assert(fs.open(path, "r+"))
    f:write("first\n")
    f:seek("set")
    print(f:read("l")) --> first
    tell(f:read("l")) --> nil	a: a line is longer than 67108864 bytes	27
    print(f:seek(), #f:read(10)) --> 6	10
    f:seek("end", -5)
    print(#f:read("l"), f:read("l")) --> 5	nil
end
do
    local f <close> = assert(fs.open(path, "r", { limit = 1000 }))
    print(f:read("l")) --> first
    tell(f:read("l")) --> nil	a: a line is longer than 1000 bytes	27
    tell(f:read("a")) --> nil	a: what is left is longer than 1000 bytes	27
    tell(f:read(1001)) --> nil	a: what is left is longer than 1000 bytes	27
    tell(f:read_until("x")) --> nil	a: what comes before the mark is longer than 1000 bytes	27
    print(#f:read(1000), f:seek()) --> 1000	1006
    f:seek("end", -1000)
    print(#f:read("a")) --> 1000
end
tell(pcall(function() for _ in fs.lines(path) do end end)) --> false	a: a line is longer than 67108864 bytes	nil
tell(fs.read(path, { limit = 1 << 20 })) --> nil	a: is larger than 1048576 bytes	27
local exact <close> = assert(fs.open(path, "w+", { limit = 3 }))
exact:write("abc\nabcd\nabc")
exact:seek("set")
print(exact:read("l")) --> abc
tell(exact:read("l")) --> nil	a: a line is longer than 3 bytes	27
exact:seek("set", 9)
print(exact:read("l")) --> abc
