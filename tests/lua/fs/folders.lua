-- mkdir, remove, walk and copy, with all that is in a folder.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local function at(name) return folder.path .. "/" .. name end
local function short(message) return (tostring(message):gsub(folder.path:gsub("%-", "%%-"), "DIR")) end

print(fs.mkdir(at "a"), short(select(2, fs.mkdir(at "a")))) --> true	DIR/a: File exists
print(select(3, fs.mkdir(at "x/y/z")), fs.mkdir(at "x/y/z", { parents = true }), fs.mkdir(at "x/y/z//", { parents = true })) --> 2	true	true
assert(fs.write(at "file", "top"))
print(short(select(2, fs.mkdir(at "file", { parents = true })))) --> DIR/file: File exists
print(short(select(2, fs.mkdir(at "file/b/c", { parents = true })))) --> DIR/file/b/c: Not a directory

assert(fs.write(at "x/1", "one"))
assert(fs.write(at "x/y/2", "two", { mode = "600" }))
assert(fs.symlink("../1", at "x/y/link"))
for path, kind in fs.walk(folder.path) do print(short(path), kind) end
--> DIR/a	folder
--> DIR/file	file
--> DIR/x	folder
--> DIR/x/1	file
--> DIR/x/y	folder
--> DIR/x/y/2	file
--> DIR/x/y/link	link
--> DIR/x/y/z	folder
for path in fs.walk(at "x/", { depth = 1 }) do print(short(path)) end
--> DIR/x/1
--> DIR/x/y
for path in fs.walk(folder.path, { enter = function(path) return not path:find("y$") end }) do print(short(path)) end
--> DIR/a
--> DIR/file
--> DIR/x
--> DIR/x/1
--> DIR/x/y
print(short(select(2, pcall(fs.walk, at "none")))) --> DIR/none: No such file or directory
print(short(select(2, pcall(fs.walk, at "file")))) --> DIR/file: Not a directory

-- What goes while it is walked is left out, or comes without its contents.
local seen = {}
for path in fs.walk(at "x") do
    seen[#seen + 1] = short(path)
    if #seen == 1 then assert(fs.remove(at "x/y", { recursive = true })) end
end
print(table.concat(seen, " ")) --> DIR/x/1 DIR/x/y
assert(fs.mkdir(at "x/y/z", { parents = true }))
assert(fs.write(at "x/y/2", "two", { mode = "600" }))
assert(fs.symlink("../1", at "x/y/link"))
assert(fs.chmod(at "x/y/z", "550"))

print(fs.copy(at "file", at "copy"), fs.read(at "copy")) --> true	top
print(fs.copy(at "x", at "other", { recursive = true })) --> true
for path, kind in fs.walk(at "other") do print(short(path), kind, kind == "file" and fs.read(path)) end
--> DIR/other/1	file	one
--> DIR/other/y	folder	false
--> DIR/other/y/2	file	two
--> DIR/other/y/link	link	false
--> DIR/other/y/z	folder	false
print(fs.readlink(at "other/y/link"), ("%o %o"):format(fs.stat(at "other/y/2").mode, fs.stat(at "other/y/z").mode)) --> ../1	600 550
print(short(select(2, fs.copy(at "x", at "x/y/in", { recursive = true })))) --> DIR/x: a folder cannot be copied into itself
assert(fs.symlink("x/y", at "into"))
print(short(select(2, fs.copy(at "x", at "into", { recursive = true })))) --> DIR/x: a folder cannot be copied into itself
assert(fs.remove(at "into"))
print(short(select(2, fs.copy(at "x", at "z")))) --> DIR/x: Is a directory
print(short(select(2, fs.copy(at "file", at "file")))) --> DIR/file: is the same file as its copy
print(short(select(2, fs.copy(at "file", at "a")))) --> DIR/a: Is a directory
print(short(select(2, fs.copy(at "none", at "b")))) --> DIR/none: No such file or directory
print(short(select(2, fs.copy(at "file", at "copy", { new = true }))), fs.copy(at "file", at "new", { new = true })) --> DIR/copy: File exists	true
assert(fs.write(at "copy", "longer than the other"))
print(fs.copy(at "file", at "copy", { atomic = true }), fs.read(at "copy")) --> true	top
print(fs.copy("/proc/sys/kernel/ostype", at "kernel"), fs.read(at "kernel")) --> true	Linux
-->
local big = ("0123456789"):rep(2000000)
assert(fs.write(at "big", big))
print(fs.copy(at "big", at "big2"), fs.read(at "big2") == big) --> true	true

print(short(select(2, fs.remove(at "x")))) --> DIR/x: Directory not empty
print(fs.remove(at "x", { recursive = true }), fs.exists(at "x"), fs.read(at "file")) --> true	false	top
print(fs.remove(at "a"), fs.remove(at "file"), short(select(2, fs.remove(at "file")))) --> true	true	DIR/file: No such file or directory
print(short(select(2, fs.remove(at "file", { recursive = true })))) --> DIR/file: No such file or directory

-- A link to a folder is removed, and not what it names; so is one inside.
assert(fs.mkdir(at "kept"))
assert(fs.write(at "kept/file", ""))
assert(fs.symlink("kept", at "to_kept"))
assert(fs.mkdir(at "gone"))
assert(fs.symlink("../kept", at "gone/link"))
print(fs.remove(at "to_kept", { recursive = true }), fs.remove(at "gone", { recursive = true }), fs.exists(at "kept/file")) --> true	true	true

-- As deep as names go.
local deep = at "deep"
while #deep < 3900 do deep = deep .. "/" .. ("d"):rep(9) end
assert(fs.mkdir(deep, { parents = true }))
local count = 0
for _ in fs.walk(at "deep") do count = count + 1 end
print(count > 350, fs.remove(at "deep", { recursive = true }), fs.exists(at "deep")) --> true	true	false
