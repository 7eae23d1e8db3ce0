-- With `atomic` a reader sees the old file or the new one, whole, and nothing is left beside it.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/a"
local SIZE = 300000

local function names() return table.concat(fs.list(folder.path), " ") end

assert(fs.write(path, ("0"):rep(SIZE), { mode = "640" }))
local writer = spawn_thread(function()
    for i = 1, 100 do assert(plait.fs.write(path, tostring(i % 10):rep(SIZE), { atomic = true })) end
end)
local reads = 0
while not writer:done() do
    local text = assert(fs.read(path))
    assert(#text == SIZE and text == text:sub(1, 1):rep(SIZE), "half a file")
    reads = reads + 1
end
await(writer)
print(reads > 0, ("%o"):format(fs.stat(path).mode), names()) --> true	640	a

-- A link stays a link: what it names is replaced.
assert(fs.symlink("a", folder.path .. "/link"))
assert(fs.write(folder.path .. "/link", "new", { atomic = true, sync = true }))
print(fs.readlink(folder.path .. "/link"), fs.read(path), names()) --> a	new	a link

-- new, and what cannot be replaced
print((select(2, fs.write(path, "x", { atomic = true, new = true })):gsub(".*: ", ""))) --> File exists
print(fs.write(folder.path .. "/b", "x", { atomic = true, new = true }), fs.read(folder.path .. "/b")) --> true	x
print((select(2, fs.write(folder.path, "x", { atomic = true })):gsub(".*: ", ""))) --> Is a directory
print((select(2, fs.write("/dev/null", "x", { atomic = true })))) --> /dev/null: is no file, and cannot be replaced by one
print(select(3, fs.write(folder.path .. "/none/a", "x", { atomic = true })), names()) --> 2	a b link

-- The rights of set-user-ID are those of the old owner's file.
assert(fs.chmod(path, "6711"))
assert(fs.write(path, "x", { atomic = true }))
print(("%o"):format(fs.stat(path).mode)) --> 711
