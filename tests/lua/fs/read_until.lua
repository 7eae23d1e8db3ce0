-- read_until finds its mark wherever pieces end, and takes it.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/a"
for _, before in ipairs{ 0, 1, 65534, 65535, 65536, 131070, 131071, 131072, 200000 } do
    assert(fs.write(path, ("\r"):rep(before) .. "\r\n\r\nbody\r\n\r\n"))
    local f <close> = fs.open(path)
    assert(#f:read_until("\r\n\r\n") == before)
    assert(f:read(2) == "bo" and f:read_until("\r\n\r\n") == "dy")
    assert(f:read_until("\r\n\r\n") == nil)
    f:seek("set")
    assert(#f:read_until("\n\r") == before + 1)
end
assert(fs.write(path, "a--b-c--"))
local f <close> = fs.open(path)
print(f:read_until("--"), f:read_until("--"), f:read_until("--")) --> a	b-c	nil
print(pcall(f.read_until, f, "")) --> false	read_until.lua:17: read_until: argument 1 is "" (a string), not a string of at least one byte
