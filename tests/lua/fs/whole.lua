-- fs.read, fs.write and fs.append of whole files.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/a"

print(fs.write(path, "one\n"), fs.read(path)) --> true	one
-->
print(fs.append(path, "two"), (fs.read(path):gsub("\n", "|"))) --> true	one|two
print(fs.write(path, 12.5), fs.read(path)) --> true	12.5
print(fs.write(path, ""), #fs.read(path)) --> true	0

-- Any bytes, and more than one piece of them.
for _, size in ipairs{ 1, 4095, 4096, 4097, 1 << 20, (1 << 20) + 1, 5000001 } do
    local text = ("\0\255\r\nabc"):rep(size // 7 + 1):sub(1, size)
    assert(fs.write(path, text))
    assert(fs.read(path) == text)
    assert(fs.stat(path).size == size)
end

-- Permissions: as octal digits or as a number; those of a file that is there stay.
os.remove(path)
assert(fs.write(path, "x", { mode = "600" }))
assert(fs.write(path, "x", { mode = "644" }))
print(("%o"):format(fs.stat(path).mode)) --> 600
assert(fs.write(folder.path .. "/b", "x", { mode = 256 }))
print(("%o"):format(fs.stat(folder.path .. "/b").mode)) --> 400

-- new: what is there is an error.
print(select(2, fs.write(path, "y", { new = true })) == path .. ": File exists", fs.read(path)) --> true	x
print(fs.write(folder.path .. "/c", "y", { new = true, sync = true })) --> true

-- Files of the kernel say that they are empty.
print(#fs.read("/proc/self/status") > 100, fs.read("/proc/sys/kernel/ostype")) --> true	Linux
-->

-- A limit; devices never end.
print(fs.read(path, { limit = 1 })) --> x
assert(fs.write(path, ("x"):rep(10)))
print(select(2, fs.read(path, { limit = 9 })) == path .. ": is larger than 9 bytes") --> true
print(fs.read("/dev/zero", { limit = 1000000 })) --> nil	/dev/zero: is larger than 1000000 bytes	27
print(#fs.read("/dev/null"), fs.write("/dev/null", "x")) --> 0	true
